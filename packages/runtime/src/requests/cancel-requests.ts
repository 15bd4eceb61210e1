import { presentPermissionRequest, statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'

const pending = statement<[string], { id: string }>(
  'pending-requests',
  "select id from permission_requests where task_id = $1 and status = 'pending' order by id",
)
const cancel = statement<[number, string, string], { wire: object }>(
  'cancel-request',
  logged(
    'permission-requests patched',
    `update permission_requests r set status = 'cancelled', decided_at = clock_timestamp()
     where r.id = $3 and r.session_id = $2 and r.status = 'pending'
     returning ${presentPermissionRequest('r')} as wire`,
  ),
)

/** Takes back what a task still asks: its attempt is over, or will be. */
export async function cancelRequests(session: HeldSession, task_id: string): Promise<void> {
  for (const { id } of await pending(session.tx, task_id))
    await session.log('permission-requests', 'patched', (...at) => cancel(...at, id))
}
