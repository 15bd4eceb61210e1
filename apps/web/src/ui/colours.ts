import type { SessionStatus, TaskStatus, TerminalStatus } from '@yardmaster/protocol'
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

const shade = (name: string, place: number): string => `var(--mantine-color-${name}-${place})`

/** Colours of the series of a chart, which mean nothing but that they differ; as CSS. */
export const seriesColours = [
  ...['cyan', 'orange', 'grape', 'lime', 'pink', 'blue', 'yellow', 'teal', 'red', 'violet'].map((name) =>
    shade(name, 6),
  ),
  shade('gray', 5),
]

/** The same for how tasks ended, as everywhere; what did not end well in shades of one colour. */
export const endingColours: Record<TerminalStatus | 'open', string> = {
  completed: shade(colours.done, 6),
  failed: shade(colours.failed, 7),
  timed_out: shade(colours.failed, 4),
  stopped: shade(colours.held, 6),
  cancelled: shade(colours.quiet, 5),
  open: shade(colours.works, 5),
}

export const needColours: Record<Need, string> = {
  asks: colours.waits,
  failed: colours.failed,
  held: colours.held,
  finished: colours.done,
  running: colours.works,
  quiet: colours.quiet,
}
