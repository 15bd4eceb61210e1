import { YardmasterError } from '@yardmaster/protocol'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { setHeldBy } from '../sessions/update-session.js'

/** Lets the prompts that wait behind a stopped or failed task run. @throws NOT_HELD */
export function continueQueue(ledger: Ledger, session_id: string, guard: Guard): Promise<object> {
  return inSession(ledger, session_id, guard, 1, (session) => {
    if (!session.row.held_by_task_id) throw new YardmasterError('NOT_HELD')
    return setHeldBy(session, null)
  })
}
