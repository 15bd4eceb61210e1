import { YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentPermissionRequest, statement } from '@yardmaster/store'
import { type Attempt, assertHolds } from '../attempt/fence.js'
import { asSystem, inSession, type Ledger } from '../ledger/ledger.js'
import { settleAwaiting } from './awaiting.js'
import { closeRequest } from './close-requests.js'

const find = statement<[string], { wire: { status: string } }>(
  'request-to-withdraw',
  `select ${presentPermissionRequest('r')} as wire from permission_requests r where r.id = $1`,
)

/**
 * The agent does not wait for an answer any more. Said again, it answers the request as it is.
 *
 * @throws FENCED, ALREADY_DECIDED
 */
export function withdrawRequest(ledger: Ledger, run: Attempt, id: string): Promise<object> {
  return inSession(ledger, run.session_id, asSystem, 3, async (session) => {
    assertHolds(session.row, run)
    const wire = await closeRequest(session, id, 'cancelled')
    if (wire) {
      await settleAwaiting(session, run.task_id)
      return wire
    }
    const found = maybeRow(await find(session.tx, id))
    if (found?.wire.status !== 'cancelled') throw new YardmasterError('ALREADY_DECIDED')
    return found.wire
  })
}
