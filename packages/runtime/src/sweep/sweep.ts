import { executesAnywhere, onlyRow, type Queryable, statement } from '@yardmaster/store'
import { tellParents } from '../families/tell-parents.js'
import type { Ledger } from '../ledger/ledger.js'
import { tellOffline } from '../runtimes/online.js'
import { dropUnsent } from './drop-unsent.js'
import { expireRequests } from './expire-requests.js'
import { giveUp } from './give-up.js'

const now = statement<[], { now: string }>('sweep-begins', 'select clock_timestamp()::text as now')
const expired = statement<[string], { id: string; session_id: string; attempt: number }>(
  'expired-leases',
  `select t.id, t.session_id, t.attempt from tasks t
   where ${executesAnywhere('t')} and t.lease_expires_at < $1::timestamptz order by t.session_id`,
)

/** The moment that a look judges silence by, of the database's clock, as it writes it. */
export const beginLook = async (on: Queryable): Promise<string> => onlyRow(await now(on)).now

/**
 * Looks for runtimes gone quiet, leases run out, requests that nobody answered in time, endings not told yet and files
 * that no prompt took.
 *
 * @param heartbeat_timeout milliseconds
 * @param as_of when the look began, by `beginLook`; default: now. What ran out later counts as held: the daemon may have
 *   slept since then, in the middle of a look as at any other time, and nobody could reach it meanwhile.
 */
export async function sweep(ledger: Ledger, heartbeat_timeout: number, as_of?: string): Promise<void> {
  const began = as_of ?? (await beginLook(ledger.db))
  await tellOffline(ledger, heartbeat_timeout, began)
  for (const { id, session_id, attempt } of await expired(ledger.db, began))
    await giveUp(ledger, { task_id: id, session_id, attempt }, began)
  await expireRequests(ledger)
  await tellParents(ledger)
  await dropUnsent(ledger.db)
}
