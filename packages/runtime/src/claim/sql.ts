import { executingStatuses } from '@yardmaster/protocol'
import { quoted } from '../ledger/logged.js'

const executing = quoted(executingStatuses)

/**
 * SQL of the head of the queue that task `t` stands in. Looked up by the session, for one task at a time, and not as `not
 * exists (an earlier one)`: where the statistics said that nothing was queued, Postgres joined that by reading the whole
 * queue for each of its rows, and a claim from 2,000 waiting sessions took 1.4 s.
 */
export const headOfQueue = `(
  select e.id from tasks e where e.session_id = t.session_id and e.status = 'queued'
  order by e.position, e.id limit 1)`

/**
 * Which queued tasks a runtime could take now: heads of queues that are neither held nor archived nor at work,
 * in worktrees where nobody else writes. $1 is the runtime.
 */
export const claimable = `
  from tasks t join sessions s on s.id = t.session_id
  where t.runtime_id = $1 and t.status = 'queued'
    and s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null
    and t.id = ${headOfQueue}
    and (t.exclusive_worktree_id is null or not exists (
      select from tasks x where x.exclusive_worktree_id = t.exclusive_worktree_id and x.status in (${executing})))`

/**
 * Since when a head waits for its turn: since it was queued, or since the prompt before it was taken. Ordered by
 * this, a session that queued a hundred prompts at once does not keep the others waiting, and none starves.
 */
export const waitsSince = 'greatest(t.created_at, s.last_claimed_at)'

/** How many of the $2 asked for a runtime may still take. */
export const room = `greatest(0, least($2::int, (
  select r.max_concurrent - (select count(*) from tasks x where x.runtime_id = r.id and x.status in (${executing}))
  from runtimes r where r.id = $1)::int))`
