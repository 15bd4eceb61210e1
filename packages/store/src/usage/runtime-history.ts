import { executingStatuses } from '@yardmaster/protocol'
import { executesAnywhere } from '../sessions/executing.js'
import { statement } from '../statement.js'

/** How much of a runtime was taken in one part of a time. */
export interface RuntimeTaken {
  runtime_id: string
  name: string
  max_concurrent: number
  at: string
  running: number
  most: number
}

const executing = executingStatuses.map((status) => `'${status}'`).join()

/**
 * How many runs each runtime had at once, in parts of a time, as far as the user may view their worktrees: on the average and
 * at the most. From the tasks alone, so that nothing has to be counted while they run, and what one may not view is in no
 * sum. Runs that were queued a week before the time, and have ended, are left out: the index finds the others.
 *
 * An ending is told by another clock, which may be behind: what ended before it began took nothing.
 *
 * For the most, each run is cut to its part of the time; beginnings count one up and endings one down, in their order.
 */
export const runtimeHistory = statement<
  [user_id: string, from: string, to: string, bucket: number],
  RuntimeTaken
>(
  'runtime-history',
  `with parts as (
     select at, least(at + width, $3::timestamptz, clock_timestamp()) as until
     from (select $4::float8 * interval '1 millisecond' as width) w,
       generate_series($2::timestamptz, $3::timestamptz - interval '1 millisecond', width) at
     where at < clock_timestamp()),
   runs as materialized (
     select t.runtime_id, t.started_at as since,
       case when t.status in (${executing}) then clock_timestamp() else least(t.completed_at, clock_timestamp()) end as until
     from tasks t
     where t.worktree_id = any(array(select visible_worktrees($1::uuid, 'view')))
       and t.created_at >= $2::timestamptz - interval '7 days' and t.created_at < $3::timestamptz
     union all
     select t.runtime_id, t.started_at, clock_timestamp()
     from tasks t
     where t.worktree_id = any(array(select visible_worktrees($1::uuid, 'view')))
       and ${executesAnywhere('t')} and t.created_at < $2::timestamptz - interval '7 days'),
   cut as (
     select r.runtime_id, p.at, p.until as ends, greatest(r.since, p.at) as since, least(r.until, p.until) as until
     from parts p join runs r on r.since < p.until and r.until > greatest(p.at, r.since)),
   steps as (
     select runtime_id, at, sum(step) over (partition by runtime_id, at order by moment, step rows unbounded preceding) as at_once
     from (
       select runtime_id, at, since as moment, 1 as step from cut
       union all
       select runtime_id, at, until, -1 from cut) each),
   most as (select runtime_id, at, max(at_once) as most from steps group by runtime_id, at)
   select c.runtime_id, r.name, r.max_concurrent, c.at,
     round((extract(epoch from sum(c.until - c.since)) / extract(epoch from max(c.ends) - c.at))::numeric, 2)::float8 as running,
     max(m.most)::int as most
   from cut c join most m using (runtime_id, at) join runtimes r on r.id = c.runtime_id
   group by c.runtime_id, r.name, r.max_concurrent, c.at
   order by r.name, c.runtime_id, c.at`,
)
