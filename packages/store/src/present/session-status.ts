import type { Presenter } from './wire.js'

/** Whether nothing was heard of the runtime that the session's run is on, or of its own while nothing runs. */
const isDisconnected: Presenter = (
  s,
) => `(select r.offline_since is not null from runtimes r where r.id = coalesce(
    (select t.runtime_id from tasks t where t.id = ${s}.executing_task_id), ${s}.runtime_id))`

/**
 * SQL of what a session shows, in order of precedence: the one place that says so, for REST, events and lists alike.
 * Written into the statements and not called as an SQL function, which Postgres runs as a query of its own for each
 * row: 115 µs a row that way, 9 µs this way.
 */
export const sessionStatus: Presenter = (s) => `case
  when ${s}.archived_at is not null then 'archived'
  when ${isDisconnected(s)} then 'disconnected'
  when ${s}.executing_task_id is not null then
    (select case t.status when 'dispatched' then 'running' else t.status end
     from tasks t where t.id = ${s}.executing_task_id)
  when exists (select from tasks t where t.session_id = ${s}.id and t.status = 'queued') then 'queued'
  else 'idle'
end`

/**
 * The same of a session whose task is dispatched by the very statement that asks, and does not see that yet. Asked once for
 * all that a runtime claims.
 *
 * @param runtime SQL of the runtime that claims it
 */
export const claimedStatus = (runtime: string): string =>
  `case when (select r.offline_since is not null from runtimes r where r.id = ${runtime}) then 'disconnected' else 'running' end`
