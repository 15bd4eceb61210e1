import { executingStatuses } from '@yardmaster/protocol'
import { quoted } from '../ledger/logged.js'

const executing = quoted(executingStatuses)

/** SQL of the head of a session's queue: something of that task `e`. */
export const headOf = (session: string, what: string): string => `(
  select ${what} from tasks e where e.session_id = ${session} and e.status = 'queued'
  order by e.position, e.id limit 1)`

/**
 * Whether task `t` may be taken, a head of its queue in session `s`: neither held nor archived nor at work, in a worktree
 * where nobody else writes.
 */
export const mayStart = `s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null
    and (select true from tasks x
      where x.exclusive_worktree_id = t.exclusive_worktree_id and x.status in (${executing}) limit 1) is not true`

/** How many of the $2 asked for a runtime may still take. */
export const room = `greatest(0, least($2::int, (
  select r.max_concurrent - (select count(*) from tasks x where x.runtime_id = r.id and x.status in (${executing}))
  from runtimes r where r.id = $1)::int))`
