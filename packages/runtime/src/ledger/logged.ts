import { presentLoggedMessage, presentMessage } from '@yardmaster/store'

/**
 * SQL that changes one row and logs the change in the same statement. Its first two parameters are the event's
 * seq and the session's id; the change's own begin at $3.
 *
 * @param type the Feathers event name, like `tasks patched`
 * @param change a data-modifying statement that returns the column `wire`, the presented row; of messages as {@link wireAndLogged}
 * @param more further columns to answer, as SQL; they see the database as it was before the change
 */
export const logged = (type: string, change: string, more: readonly string[] = []): string => `
  with changed as (${change}),
  entry as (
    insert into session_events (session_id, seq, type, data)
    select $2::uuid, $1::bigint, '${type}', ${loggedOf(type)} from changed)
  select ${['wire', ...more].join(', ')} from changed`

/** SQL of what the log keeps of a change. */
export const loggedOf = (type: string): string =>
  type.startsWith('messages ') ? 'changed.logged' : 'changed.wire'

/** A changed message `m` for {@link logged}: as it is presented, and what the log keeps of it. */
export const wireAndLogged = `${presentMessage('m')} as wire, ${presentLoggedMessage('m')} as logged`

/** Statuses as the inside of an SQL `in (…)`. */
export const quoted = (statuses: readonly string[]): string => statuses.map((status) => `'${status}'`).join()
