import { YardmasterError } from '@yardmaster/protocol'
import { onlyRow, type Queryable, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { touchSession } from '../sessions/update-session.js'

const retire = statement<[string], { agent_session_id: string }>(
  'retire-agent-sessions',
  `update agent_sessions set state = 'retired', reason = coalesce(reason, 'fixed')
   where session_id = $1 and state = 'suspect' returning agent_session_id`,
)
const errorOf = statement<[string], { has_session_error: boolean }>(
  'has-session-error',
  'select session_has_error(s) as has_session_error from sessions s where s.id = $1',
)

export interface Repair {
  invalidated_count: number
  /** Exactly the conversations that this repair retired. */
  invalidated_session_ids: string[]
}

/** Whether the session's latest ended task lost its conversation, and nobody has seen to it yet. */
export const hasSessionError = async (on: Queryable, session_id: string): Promise<boolean> =>
  onlyRow(await errorOf(on, session_id)).has_session_error

/**
 * Retires the suspect conversations of a session, so that the next prompt goes on with another usable one, or afresh.
 *
 * @throws EXECUTING while a task executes
 */
export function fixSessions(ledger: Ledger, session_id: string, guard: Guard): Promise<Repair> {
  return inSession(ledger, session_id, guard, 1, async (session) => {
    if (session.row.executing_task_id) throw new YardmasterError('EXECUTING')
    const ids = (await retire(session.tx, session_id)).map(({ agent_session_id }) => agent_session_id)
    if (ids.length > 0) await touchSession(session)
    return { invalidated_count: ids.length, invalidated_session_ids: ids }
  })
}
