import { executingStatuses } from '@yardmaster/protocol'

const executing = executingStatuses.map((status) => `'${status}'`).join()

/**
 * SQL of whether a task executes, where neither its session nor runtime nor worktree is known. The second condition holds
 * for all tasks. It leads to the index of what executes by session: those indexes serve queries by their own column alone.
 */
export const executesAnywhere = (task: string): string =>
  `${task}.status in (${executing}) and ${task}.session_id > '00000000-0000-0000-0000-000000000000'`
