import { randomUUID } from 'node:crypto'
import { statement, type Tx } from '@yardmaster/store'
import { holdSession } from '../ledger/lock-session.js'

const lost = statement<[string, string, string[]], { id: string; session_id: string }>(
  'lost-claims',
  `select id, session_id from tasks
   where runtime_id = $1 and boot_id = $2 and status = 'dispatched' and not id = any($3) order by session_id`,
)
// The same attempt: the token given out before opens nothing any more.
const reoffer = statement<[string, string, number], { id: string }>(
  'reoffer-task',
  `update tasks set nonce = $2, lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
   where id = $1 and status = 'dispatched' returning id`,
)

/** Dispatched tasks of this boot that the runtime does not know of: their claim was answered into the void. */
export async function offerAgain(
  tx: Tx,
  {
    runtime_id,
    boot_id,
    known,
    lease,
  }: { runtime_id: string; boot_id: string; known: string[]; lease: number },
): Promise<string[]> {
  const offered: string[] = []
  for (const { id, session_id } of await lost(tx, runtime_id, boot_id, known)) {
    await holdSession(tx, session_id)
    if ((await reoffer(tx, id, randomUUID(), lease)).length > 0) offered.push(id)
  }
  return offered
}
