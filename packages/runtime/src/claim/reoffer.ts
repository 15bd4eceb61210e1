import { randomUUID } from 'node:crypto'
import { statement, type Tx } from '@yardmaster/store'
import { holdSession } from '../ledger/lock-session.js'
import { replaced } from '../runtimes/boot.js'
import { type Claimed, claimedOf, describeClaims } from './assignment.js'

// The boot is held until the end of the claim: a new one registers after it, and then finds what it took.
const lost = statement<[string, string, string[]], { id: string | null; session_id: string }>(
  'lost-claims',
  `with boot as materialized (select id from runtimes where id = $1 and boot_id = $2 for share)
   select t.id, t.session_id from boot left join tasks t on t.runtime_id = $1 and t.boot_id = $2
     and t.status = 'dispatched' and not t.id = any($3)
   order by t.session_id`,
)
// The same attempt: the token given out before opens nothing any more.
const reoffer = statement<[string, string, number], { id: string }>(
  'reoffer-task',
  `update tasks set nonce = $2, lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
   where id = $1 and status = 'dispatched' returning id`,
)

/**
 * Lets only the runtime's present boot on, and offers it what it does not know of though it was dispatched to it: that
 * claim was answered into the void.
 *
 * @throws FENCED when another boot has taken its place
 */
export async function offerAgain(
  tx: Tx,
  {
    runtime_id,
    boot_id,
    known,
    lease,
  }: { runtime_id: string; boot_id: string; known: string[]; lease: number },
): Promise<Claimed[]> {
  const found = await lost(tx, runtime_id, boot_id, known)
  if (found.length === 0) throw replaced()
  const offered: string[] = []
  for (const { id, session_id } of found) {
    if (!id) continue
    await holdSession(tx, session_id)
    if ((await reoffer(tx, id, randomUUID(), lease)).length > 0) offered.push(id)
  }
  return offered.length > 0 ? (await describeClaims(tx, offered)).map(claimedOf) : []
}
