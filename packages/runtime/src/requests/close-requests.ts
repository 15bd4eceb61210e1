import { presentPermissionRequest, statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'

const pending = statement<[string], { id: string }>(
  'pending-requests',
  "select id from permission_requests where task_id = $1 and status = 'pending' order by id",
)
const close = statement<[number, string, string, 'cancelled' | 'expired'], { wire: object }>(
  'close-request',
  logged(
    'permission-requests patched',
    `update permission_requests r set status = $4, decided_at = clock_timestamp()
     where r.id = $3 and r.session_id = $2 and r.status = 'pending'
     returning ${presentPermissionRequest('r')} as wire`,
  ),
)

/** A request ends without an answer. Null when it had ended before. */
export const closeRequest = (session: HeldSession, id: string, status: 'cancelled' | 'expired') =>
  session.log('permission-requests', 'patched', (...at) => close(...at, id, status))

/** Takes back what a task still asks: its attempt is over, or will be. */
export async function cancelRequests(session: HeldSession, task_id: string): Promise<void> {
  for (const { id } of await pending(session.tx, task_id)) await closeRequest(session, id, 'cancelled')
}
