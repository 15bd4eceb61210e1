import { type UsageDimension, type UsageFigures, usageLimits } from '@yardmaster/protocol'
import { statement } from '../statement.js'
import { figures, withCost } from './figures.js'

/** One line of a usage. */
export interface UsageRow {
  /** Null where it is about the whole time. */
  at: string | null
  of: 'total' | 'bucket' | 'group' | 'series'
  key: string | null
  rest: boolean
  name: string | null
  /** With the cost in lines of a `series` alone: the others are the sums of those. */
  figures: UsageFigures
}

type Asked = [user_id: string, from: string, to: string, bucket: number]

const ofSession = (column: string) => `(select s.${column} from sessions s where s.id = t.session_id)`

/**
 * What tells tasks apart: its SQL over `t`, and what people call a key of `f`. Looked up row by row: a join reads all sessions
 * there are, as soon as there are more than a few tasks.
 */
const dimensions: Record<UsageDimension, { key: string; name: string }> = {
  person: { key: 't.created_by::text', name: '(select u.name from users u where u.id::text = f.key)' },
  repo: {
    key: '(select w.repo_id::text from worktrees w where w.id = t.worktree_id)',
    name: '(select r.name from repos r where r.id::text = f.key)',
  },
  harness: { key: ofSession('harness'), name: 'f.key' },
  model: { key: `coalesce(t.model, ${ofSession('model')})`, name: 'f.key' },
}

/** Null where either is missing. Endings are told by another clock, which may be behind. */
const millisecondsFrom = (since: string, until: string): string =>
  `case when ${until} >= ${since} then extract(epoch from ${until} - ${since}) * 1000
        when ${until} < ${since} then 0 end`

/**
 * Everything in one pass over the tasks that were queued in the time, in worktrees that the user may view. Totals are
 * asked of the tasks too, since percentiles do not add up.
 */
const usageBy = (dimension: UsageDimension) => {
  const { key, name } = dimensions[dimension]
  return statement<Asked, UsageRow>(
    `usage-by-${dimension}`,
    `with mine as (
       select t.id, t.session_id, t.agent_session_id, t.ended_seq, t.status, t.usage, coalesce(${key}, '') as key,
         date_bin($4::float8 * interval '1 millisecond', t.created_at, $2::timestamptz) as at,
         ${millisecondsFrom('t.created_at', 't.started_at')} as waited,
         ${millisecondsFrom('t.started_at', 't.completed_at')} as ran
       from tasks t
       where t.worktree_id = any(array(select visible_worktrees($1::uuid, 'view')))
         and t.created_at >= $2::timestamptz and t.created_at < $3::timestamptz),
     places as (
       select key, row_number() over (order by count(*) desc, key) as place from mine group by key),
     told as (
       select m.at, m.status, m.usage, m.waited, m.ran, m.currency, m.spent,
         p.place > ${usageLimits.groups} as rest, case when p.place > ${usageLimits.groups} then '' else m.key end as key
       from (${withCost('mine')}) m join places p using (key)),
     costs as (
       select at, key, rest, jsonb_object_agg(currency, amount) as cost
       from (select at, key, rest, currency, sum(spent) as amount from told where spent > 0 group by 1, 2, 3, 4) one
       group by 1, 2, 3),
     f as (
       select at, key, rest, ${figures} as figures,
         case grouping(at, key) when 0 then 'series' when 1 then 'bucket' when 2 then 'group' else 'total' end as of
       from told group by grouping sets ((at, key, rest), (at), (key, rest), ()))
     select f.of, f.at, nullif(f.key, '') as key, coalesce(f.rest, false) as rest,
       case f.of when 'group' then ${name} end as name,
       f.figures || jsonb_build_object('cost', coalesce(c.cost, '{}')) as figures
     from f left join costs c using (at, key, rest)
     order by f.at, f.rest, (f.figures->'tasks') desc, f.key`,
  )
}

/** By what tasks are told apart. `bucket` is in milliseconds; buckets begin at `from`. */
export const usage: Record<UsageDimension, ReturnType<typeof usageBy>> = {
  person: usageBy('person'),
  repo: usageBy('repo'),
  harness: usageBy('harness'),
  model: usageBy('model'),
}
