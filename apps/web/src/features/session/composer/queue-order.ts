import type { Task } from '@yardmaster/protocol'

/** The prompts that wait, in the order in which they will run. */
export const inQueue = (tasks: readonly Task[]): Task[] =>
  tasks
    .filter(({ status }) => status === 'queued')
    .sort((a, b) => a.position - b.position || (a.id < b.id ? -1 : 1))

/**
 * The position that moves a task one place up or down; null where there is no such place.
 *
 * @param queue in its order
 */
export function movedTo(queue: readonly Pick<Task, 'position'>[], place: number, by: -1 | 1): number | null {
  const past = queue[place + by]
  if (!past) return null
  const beyond = queue[place + 2 * by]
  return beyond ? (past.position + beyond.position) / 2 : past.position + by
}
