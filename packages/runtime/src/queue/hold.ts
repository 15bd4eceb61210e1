import { onlyRow, statement } from '@yardmaster/store'
import type { Ending } from '../attempt/ending.js'
import type { HeldSession } from '../ledger/ledger.js'
import { setHeldBy, touchSession } from '../sessions/update-session.js'

// A prompt that was to go first is not kept waiting by the ending of what it stopped; one that came before that was
// claimed waits behind it like any other.
const queueOf = statement<[string], { waiting: boolean; hurried: boolean }>(
  'queue-of-session',
  `select count(*) > 0 as waiting,
     coalesce(bool_or(t.goes_first and t.created_at > coalesce(s.last_claimed_at, '-infinity')), false) as hurried
   from tasks t join sessions s on s.id = t.session_id where t.session_id = $1 and t.status = 'queued'`,
)

const look = async (session: HeldSession) => onlyRow(await queueOf(session.tx, session.row.id))

/** Whether prompts wait in the session's queue. */
export const isWaitedIn = async (session: HeldSession): Promise<boolean> => (await look(session)).waiting

/** The task itself when the queue has to wait behind this ending of it, until somebody lets it go on; else null. */
export async function holderAfter(
  session: HeldSession,
  task_id: string,
  ending: Ending,
): Promise<string | null> {
  if (ending === 'completed') return null
  const { waiting, hurried } = await look(session)
  return waiting && !hurried ? task_id : null
}

/** A prompt has left the queue unrun. Where it was the last one that waited, nothing is held any more. */
export async function settleHold(session: HeldSession): Promise<void> {
  if (session.row.held_by_task_id && !(await isWaitedIn(session))) await setHeldBy(session, null)
  else await touchSession(session)
}
