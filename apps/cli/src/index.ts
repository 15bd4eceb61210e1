export { main } from './main.js'
export { plain } from './output/text.js'
export { SessionFollower, type Watcher } from './transcript/session-follower.js'
export { TranscriptView } from './transcript/view.js'
