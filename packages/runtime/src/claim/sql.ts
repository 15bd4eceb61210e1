import { executingStatuses } from '@yardmaster/protocol'
import { quoted } from '../ledger/logged.js'

const executing = quoted(executingStatuses)

/** SQL of the head of a session's queue: one column of it. */
export const headOf = (session: string, column: string): string => `
  select e.${column} from tasks e where e.session_id = ${session} and e.status = 'queued'
  order by e.position, e.id limit 1`

/**
 * Whether task `t` may be taken, a head of its queue in session `s`: neither held nor archived nor at work, in a worktree
 * where nobody else writes. Who writes is looked up for one task at a time, not as `not exists`: where the statistics said
 * that nothing executes, Postgres made a list of all that did.
 */
export const mayStart = `s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null
    and (select x.id from tasks x
      where x.exclusive_worktree_id = t.exclusive_worktree_id and x.status in (${executing}) limit 1) is null`

/** How many of the $2 asked for a runtime may still take. */
export const room = `greatest(0, least($2::int, (
  select r.max_concurrent - (select count(*) from tasks x where x.runtime_id = r.id and x.status in (${executing}))
  from runtimes r where r.id = $1)::int))`
