import { executingStatuses } from '@yardmaster/protocol'

const executing = executingStatuses.map((status) => `'${status}'`).join()

/**
 * Which queued tasks a runtime could take now: heads of queues that are neither held nor archived nor at work,
 * in worktrees where nobody else writes. $1 is the runtime.
 */
export const claimable = `
  from tasks t join sessions s on s.id = t.session_id
  where t.runtime_id = $1 and t.status = 'queued'
    and s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null
    and not exists (
      select from tasks e where e.session_id = t.session_id and e.status = 'queued'
        and (e.position, e.id) < (t.position, t.id))
    and (t.exclusive_worktree_id is null or not exists (
      select from tasks x where x.exclusive_worktree_id = t.exclusive_worktree_id and x.status in (${executing})))`
