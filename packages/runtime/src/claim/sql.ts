import { executingStatuses } from '@yardmaster/protocol'
import { quoted } from '../ledger/logged.js'

const executing = quoted(executingStatuses)

/** SQL of whether task `t` is the head of its session's queue. */
export const isHead = `(
  select e.id = t.id from tasks e where e.session_id = t.session_id and e.status = 'queued'
  order by e.position, e.id limit 1)`

/** SQL of whether somebody else writes in the worktree that task `t` has to itself: true, or null. */
export const executesElsewhere = `(
  select true from tasks x
  where x.exclusive_worktree_id = t.exclusive_worktree_id and x.status in (${executing}) limit 1)`

/** How many of the $2 asked for a runtime may still take. */
export const room = `greatest(0, least($2::int, (
  select r.max_concurrent - (select count(*) from tasks x where x.runtime_id = r.id and x.status in (${executing}))
  from runtimes r where r.id = $1)::int))`
