import { executingStatuses } from '@yardmaster/protocol'
import { statement } from '@yardmaster/store'
import { tellParents } from '../families/tell-parents.js'
import type { Ledger } from '../ledger/ledger.js'
import { quoted } from '../ledger/logged.js'
import { tellOffline } from '../runtimes/online.js'
import { dropUnsent } from './drop-unsent.js'
import { expireRequests } from './expire-requests.js'
import { giveUp } from './give-up.js'

const expired = statement<[], { id: string; session_id: string; attempt: number }>(
  'expired-leases',
  `select id, session_id, attempt from tasks
   where status in (${quoted(executingStatuses)}) and lease_expires_at < clock_timestamp()
   order by session_id`,
)

/** Looks for runtimes gone quiet, leases run out, requests that nobody answered in time, endings not told yet and files that no prompt took. @param heartbeat_timeout milliseconds */
export async function sweep(ledger: Ledger, heartbeat_timeout: number): Promise<void> {
  await tellOffline(ledger, heartbeat_timeout)
  for (const { id, session_id, attempt } of await expired(ledger.db))
    await giveUp(ledger, { task_id: id, session_id, attempt }, true)
  await expireRequests(ledger)
  await tellParents(ledger)
  await dropUnsent(ledger.db)
}
