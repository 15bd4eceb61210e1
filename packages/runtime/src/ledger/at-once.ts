import { accessVersion, statement } from '@yardmaster/store'
import type { Attempt } from '../attempt/fence.js'
import type { Ledger, LoggedEvent } from './ledger.js'
import { loggedOf } from './logged.js'

/**
 * SQL that takes the next numbers of a session's log for the attempt that holds it, as the first part of a statement
 * that does the whole change. It finds no row unless all of this holds on the session's own row after any wait for it:
 * the attempt holds it, and no event was logged since the statement's snapshot was taken. Given the last, whatever
 * the rest of the statement reads of the session is as it is now. $1 session, $2 task, $3 attempt.
 *
 * @param events how many numbers to take; the row's `seq` is the last of them
 * @param needs SQL of what must hold for the rest to write all its events: a number that is taken and not used would
 *   be a gap in the log
 * @param more further assignments and columns to answer
 */
export const heldBy = (
  events: number,
  needs: string,
  more: { set?: string; returning?: string } = {},
): string => `
  update sessions s set last_seq = s.last_seq + ${events}, last_activity_at = clock_timestamp()${more.set ? `, ${more.set}` : ''}
  where s.id = $1 and s.executing_task_id = $2 and s.executing_attempt = $3
    and s.last_seq = (select seen.last_seq from sessions seen where seen.id = $1)
    and ${needs}
  returning s.id, s.worktree_id, s.last_seq as seq, ${accessVersion} as access_version${more.returning ? `, ${more.returning}` : ''}`

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
 * @param needs as for {@link heldBy}
 * @param change a data-modifying statement that reads `held` and returns one column `wire`; its own parameters begin
 *   at $4
 * @returns runs it and tells of it; null where it was not the usual case and nothing was changed: then the way through
 *   the session's lock finds out why
 */
export function atOnce<Args extends unknown[]>(
  name: string,
  type: `${string} ${LoggedEvent['event']}`,
  needs: string,
  change: string,
): (ledger: Ledger, run: Attempt, ...args: Args) => Promise<object | null> {
  const [service, event] = type.split(' ') as [string, LoggedEvent['event']]
  const write = statement<[string, string, number, ...Args], Written>(
    name,
    `with held as (${heldBy(1, needs)}),
     changed as (${change}),
     entry as (
       insert into session_events (session_id, seq, type, data)
       select held.id, held.seq, '${type}', ${loggedOf(type, 'changed.wire')} from held, changed)
     select held.worktree_id, held.seq, held.access_version, changed.wire from held, changed`,
  )
  return async (ledger, run, ...args) => {
    const [written] = await write(ledger.db, run.session_id, run.task_id, run.attempt, ...args)
    if (!written) return null
    const { wire: data, ...place } = written
    ledger.publish([{ service, event, data, session_id: run.session_id, ...place }])
    return data
  }
}
