/**
 * SQL that changes one row and logs the change in the same statement. Its first two parameters are the event's
 * seq and the session's id; the change's own begin at $3.
 *
 * @param type the Feathers event name, like `tasks patched`
 * @param change a data-modifying statement that returns one column `wire`, the presented row
 * @param more further columns to answer, as SQL; they see the database as it was before the change
 */
export const logged = (type: string, change: string, more: readonly string[] = []): string => `
  with changed as (${change}),
  entry as (
    insert into session_events (session_id, seq, type, data)
    select $2::uuid, $1::bigint, '${type}', ${loggedOf(type, 'changed.wire')} from changed)
  select ${['wire', ...more].join(', ')} from changed`

/** What the log keeps of a presented row: not what a message says, so that a removed one is gone from the log as well. */
export const loggedOf = (type: string, wire: string): string =>
  type.startsWith('messages ') ? `${wire} - 'content'` : wire

/** Statuses as the inside of an SQL `in (…)`. */
export const quoted = (statuses: readonly string[]): string => statuses.map((status) => `'${status}'`).join()
