import { accessVersion, together } from '@yardmaster/store'
import type { Attempt } from '../attempt/fence.js'
import type { Ledger, LoggedEvent } from './ledger.js'
import { loggedOf } from './logged.js'

/** What every call of an attempt's own brings, as columns of `asked`. */
export const attemptColumns = 'session_id uuid, task_id uuid, attempt int'

/** Of calls of attempts: one per session in a statement, since each takes the next numbers of its log. */
export const bySession = ({ session_id }: { session_id: string }): string => session_id

/**
 * SQL that takes the next numbers of the logs of `asked`, each for the attempt that holds its session, as the first part
 * of a statement that does the whole change; two CTEs, the second of them `held`: the columns of `asked` with
 * `worktree_id` and `seq`, the last number that was taken. A call is in it only if all of this holds on the session's own
 * row: nobody else has it locked, the attempt holds it, and no event was logged since the statement's snapshot was
 * taken. Given the last, whatever the rest of the statement reads of the session is as it is now. It waits for nobody:
 * a session that is locked must not keep the others waiting, and who waits for none is in no deadlock.
 *
 * @param events how many numbers to take
 * @param needs SQL of what must hold for the rest to write all its events, about `a`, the call: a number that is
 *   taken and not used would be a gap in the log
 * @param more further assignments and columns to answer
 */
export const heldBy = (
  events: number,
  needs: string,
  more: { set?: string; returning?: string } = {},
): string => `
  free as materialized (
    select a.* from asked a cross join lateral (
      select from sessions s
      where s.id = a.session_id and s.executing_task_id = a.task_id and s.executing_attempt = a.attempt
        and s.last_seq = (select seen.last_seq from sessions seen where seen.id = a.session_id)
        and ${needs}
      for no key update of s skip locked) s),
  held as (
    update sessions s set last_seq = s.last_seq + ${events}, last_activity_at = clock_timestamp()${more.set ? `, ${more.set}` : ''}
    from free a where s.id = a.session_id
    returning a.*, s.worktree_id, s.last_seq as seq${more.returning ? `, ${more.returning}` : ''})`

interface Written {
  wire: object
  worktree_id: string
  seq: number
  access_version: number
}

/**
 * One logged change by the attempt that holds the session, in one statement: fence, change and event. In a transaction
 * of its own steps the same takes four round trips, and an executor writes all the time.
 *
 * @param name of the statement
 * @param type the Feathers event name, like `tasks patched`
 * @param columns of `asked`, beside those of the attempt
 * @param needs as for {@link heldBy}
 * @param change a data-modifying statement that reads `held` and returns `session_id` and `wire`
 * @returns runs it and tells of it; null where it was not the usual case and nothing was changed: then the way through
 *   the session's lock finds out why
 */
export function atOnce<Change extends object>(
  name: string,
  type: `${string} ${LoggedEvent['event']}`,
  columns: string,
  needs: string,
  change: string,
): (ledger: Ledger, run: Attempt, change: Change) => Promise<object | null> {
  const [service, event] = type.split(' ') as [string, LoggedEvent['event']]
  const write = together<Attempt & Change, Written>({
    name,
    columns: `${attemptColumns}, ${columns}`,
    keyOf: bySession,
    text: `${heldBy(1, needs)},
     changed as (${change}),
     entries as (
       insert into session_events (session_id, seq, type, data)
       select held.session_id, held.seq, '${type}', ${loggedOf(type)}
       from held join changed using (session_id))
     select held.n, held.worktree_id, held.seq, ${accessVersion} as access_version, changed.wire
     from held join changed using (session_id)`,
  })
  return async (ledger, run, change) => {
    const written = await write(ledger.db, { ...run, ...change })
    if (!written) return null
    const { wire: data, ...place } = written
    ledger.publish([{ service, event, data, session_id: run.session_id, ...place }])
    return data
  }
}
