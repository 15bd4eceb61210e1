import type { SessionStatus, TaskStatus } from '@yardmaster/protocol'
import type { Need } from './words.js'

/** One colour for each meaning, as a name of the theme, which has a light and a dark shade of it. */
export const colours = {
  primary: 'cyan',
  waits: 'orange',
  failed: 'red',
  done: 'green',
  works: 'blue',
  held: 'grape',
  quiet: 'gray',
} as const

export const statusColours: Record<SessionStatus, string> = {
  archived: colours.quiet,
  disconnected: colours.failed,
  stopping: colours.held,
  awaiting_permission: colours.waits,
  running: colours.works,
  queued: colours.works,
  idle: colours.quiet,
}

export const taskColours: Record<TaskStatus, string> = {
  queued: colours.quiet,
  dispatched: colours.works,
  running: colours.works,
  awaiting_permission: colours.waits,
  stopping: colours.held,
  completed: colours.done,
  failed: colours.failed,
  timed_out: colours.failed,
  stopped: colours.held,
  cancelled: colours.quiet,
}

export const needColours: Record<Need, string> = {
  asks: colours.waits,
  failed: colours.failed,
  held: colours.held,
  finished: colours.done,
  running: colours.works,
  quiet: colours.quiet,
}
