import { isTerminal, type Task } from '@yardmaster/protocol'
import type { Siblings } from '../siblings/siblings.js'
import type { App, Yard } from '../yard.js'
import type { LocalRuntime } from './local-runtime.js'

/** Wakes a runtime: this host's own, or another one's by the daemon there. */
export const wakeRuntimes =
  (siblings: Siblings, { id, agent }: LocalRuntime): Yard['wake'] =>
  (runtime_id) => {
    if (runtime_id === id) agent.wake()
    else siblings.tell('wake', { runtime_id })
  }

/** Pushes what runtimes would find out by their polls and heartbeats a little later, to wherever they are. */
export function hintRuntimes(app: App, { wake, siblings }: Yard, { id, agent }: LocalRuntime): void {
  const stop = (runtime_id: string, task_id: string, attempt: number) => {
    if (runtime_id === id) agent.stopHint({ task_id, attempt })
    else siblings.tell('stop', { runtime_id, task_id, attempt })
  }
  const tasks = app.service('tasks') as unknown as NodeJS.EventEmitter
  tasks.on('created', ({ runtime_id }: Task) => wake(runtime_id))
  tasks.on('patched', ({ id: task_id, attempt, status, runtime_id }: Task) => {
    if (status === 'stopping') stop(runtime_id, task_id, attempt)
    // Its worktree and its session's queue are free.
    if (status === 'queued' || isTerminal(status)) wake(runtime_id)
  })
  // Elsewhere they are found by an hourly look: what is kept of them does no harm there until then.
  for (const name of ['sessions', 'worktrees', 'users'])
    app.service(name).on('removed', () => agent.tidyHint())
  siblings.hear('wake', ({ runtime_id }) => {
    if (runtime_id === id) agent.wake()
  })
  siblings.hear('stop', ({ runtime_id, task_id, attempt }) => {
    if (runtime_id === id) agent.stopHint({ task_id, attempt })
  })
}
