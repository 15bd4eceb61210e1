import { statement } from '@yardmaster/store'
import { asSystem, inSession, type Ledger } from '../ledger/ledger.js'
import { settleAwaiting } from '../requests/awaiting.js'
import { closeRequest } from '../requests/close-requests.js'

const overdue = statement<[], { id: string; session_id: string; task_id: string }>(
  'overdue-requests',
  `select id, session_id, task_id from permission_requests
   where status = 'pending' and expires_at < clock_timestamp() order by session_id, id`,
)

/** Requests that nobody answered in the time their session gives them. Answered just before is answered. */
export async function expireRequests(ledger: Ledger): Promise<void> {
  for (const { id, session_id, task_id } of await overdue(ledger.db))
    await inSession(ledger, session_id, asSystem, 3, async (session) => {
      if (await closeRequest(session, id, 'expired')) await settleAwaiting(session, task_id)
    })
}
