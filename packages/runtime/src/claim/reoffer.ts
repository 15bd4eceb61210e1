import { randomUUID } from 'node:crypto'
import { statement, type Tx } from '@yardmaster/store'
import { type Claimed, claimedOf, describeClaims } from './assignment.js'
import type { Waiting } from './look-for-heads.js'

// The same attempt: the token given out before opens nothing any more.
const reoffer = statement<[string, string, number], { id: string }>(
  'reoffer-task',
  `update tasks set nonce = $2, lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
   where id = $1 and status = 'dispatched' returning id`,
)

/**
 * Offers the runtime what it does not know of though it was dispatched to it: that claim was answered into the void. Their
 * sessions are held by now.
 */
export async function offerAgain(tx: Tx, lost: Waiting['lost'], lease: number): Promise<Claimed[]> {
  const offered: string[] = []
  for (const { id } of lost) if ((await reoffer(tx, id, randomUUID(), lease)).length > 0) offered.push(id)
  return offered.length > 0 ? (await describeClaims(tx, offered)).map(claimedOf) : []
}
