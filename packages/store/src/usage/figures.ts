import { terminalStatuses } from '@yardmaster/protocol'

/**
 * SQL of a number that a harness reported, which may be anything or nothing: between 0 and 10^15, so that no sum of them
 * overflows, and 0 for what is no number.
 */
const reported = (json: string): string =>
  `case jsonb_typeof(${json}) when 'number' then least(greatest((${json})::numeric, 0), 1e15) else 0 end`

const tokens = {
  input: 'input_tokens',
  output: 'output_tokens',
  thought: 'thought_tokens',
  cached_read: 'cached_read_tokens',
  cached_write: 'cached_write_tokens',
}

/** Harnesses that tell no total tell its parts. */
const total = `sum(case when usage ? 'total_tokens' then ${reported(`usage->'total_tokens'`)}
  else ${reported(`usage->'input_tokens'`)} + ${reported(`usage->'output_tokens'`)} end)`

const percentiles = (column: string): string => `(
  select case when p[1] is not null then jsonb_build_object('p50', p[1], 'p95', p[2]) end
  from (select percentile_cont(array[0.5, 0.95]) within group (order by ${column}) as p) of_group)`

/** SQL of the figures of a group of tasks, as jsonb: all but the cost, whose currencies make groups of their own. */
export const figures = `jsonb_build_object(
  'tasks', count(*),
  'endings', jsonb_build_object(
    ${terminalStatuses.map((status) => `'${status}', count(*) filter (where status = '${status}')`).join(', ')},
    'open', count(*) filter (where status <> all(array[${terminalStatuses.map((status) => `'${status}'`).join()}]))),
  'tokens', jsonb_build_object('total', coalesce(${total}, 0),
    ${Object.entries(tokens)
      .map(([name, field]) => `'${name}', coalesce(sum(${reported(`usage->'${field}'`)}), 0)`)
      .join(', ')}),
  'waited', ${percentiles('waited')},
  'ran', ${percentiles('ran')})`

/**
 * SQL that adds to tasks what each cost: `currency` and `spent`, null where nothing was told. Harnesses tell what the
 * conversation has cost so far, so it is the difference to the task before in the same conversation: in `tasks`, or looked up
 * where that one is the first there. Less than before means that the harness began to count anew.
 *
 * @param tasks a table of tasks with their id, session_id, agent_session_id, ended_seq and usage
 */
export const withCost = (tasks: string): string => `
  select p.*, case when amount >= coalesce(before, 0) then amount - coalesce(before, 0) else amount end as spent
  from (
    select c.*, case when amount is not null then coalesce(
        lag(amount) over (partition by session_id, agent_session_id, currency order by ended_seq, id),
        (select ${amountOf('e')} from tasks e
         where e.session_id = c.session_id and e.agent_session_id is not distinct from c.agent_session_id
           and e.ended_seq < c.ended_seq and ${currencyOf('e')} = c.currency
         order by e.ended_seq desc limit 1)) end as before
    from (select t.*, ${currencyOf('t')} as currency, ${amountOf('t')} as amount from ${tasks} t) c) p`

function amountOf(task: string): string {
  return `case when ${currencyOf(task)} is not null and jsonb_typeof(${task}.usage->'cost'->'amount') = 'number'
    then ${reported(`${task}.usage->'cost'->'amount'`)} end`
}

function currencyOf(task: string): string {
  return `substring(${task}.usage->'cost'->>'currency' from '^[A-Z]{3}$')`
}
