export { main } from './main.js'
export { diffText } from './output/diff.js'
export { SessionFollower, type Watcher } from './transcript/session-follower.js'
export { TranscriptView } from './transcript/view.js'
