import { isTerminal, type Task } from '@yardmaster/protocol'
import { type Ledger, tellParents } from '@yardmaster/runtime'
import type { App, Log } from '../yard.js'

/**
 * Tells what spawned sessions ended as to those that spawned them, at once and for what an earlier daemon left untold.
 * The sweep makes up for what is missed here. Returns how to stop.
 */
export function beginTellingParents(app: App, ledger: Ledger, log: Log): () => Promise<void> {
  let telling: Promise<void> = Promise.resolve()
  let stopped = false
  const tell = () => {
    if (stopped) return
    telling = telling
      .then(() => tellParents(ledger))
      .catch((error) => log.warn(`An ending is told later: ${(error as Error).message}`))
  }
  const tasks = app.service('tasks') as unknown as NodeJS.EventEmitter
  tasks.on('patched', ({ tells_parent, status }: Task) => {
    if (tells_parent && isTerminal(status)) tell()
  })
  tell()
  return () => {
    stopped = true
    return telling
  }
}
