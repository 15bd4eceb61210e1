import type { Watcher } from './watcher.js'

/** A transcript for programs: one JSON object per line, `{type, data}`. Growing text comes as chunks only. */
export function jsonLines(write: (line: string) => void): Watcher {
  const line = (type: string) => (data: unknown) => write(`${JSON.stringify({ type, data })}\n`)
  const message = line('message')
  const known = new Map<string, string>()
  return {
    chunk: line('chunk'),
    removed: line('removed'),
    task: line('task'),
    request: line('request'),
    session: line('session'),
    connection: line('connection'),
    message: (row) => {
      // A message that only grew has been told by its chunk already.
      if (known.get(row.id) === row.status && row.type !== 'tool_call') return
      known.set(row.id, row.status)
      message(row)
    },
  }
}
