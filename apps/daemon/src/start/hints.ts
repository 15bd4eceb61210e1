import { isTerminal, type Task } from '@yardmaster/protocol'
import type { RuntimeAgent } from '@yardmaster/spawn'
import type { App } from '../yard.js'

/** Pushes what the local runtime would find out by its polls and heartbeats a little later. */
export function hintLocalRuntime(app: App, runtime_id: string, agent: RuntimeAgent): void {
  const tasks = app.service('tasks') as unknown as NodeJS.EventEmitter
  tasks.on('created', ({ runtime_id: at }: Task) => {
    if (at === runtime_id) agent.wake()
  })
  tasks.on('patched', ({ id, attempt, status, runtime_id: at }: Task) => {
    if (at !== runtime_id) return
    if (status === 'stopping') agent.stopHint({ task_id: id, attempt })
    // Its worktree and its session's queue are free.
    if (status === 'queued' || isTerminal(status)) agent.wake()
  })
}
