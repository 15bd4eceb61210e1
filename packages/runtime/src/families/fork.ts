import type { Session } from '@yardmaster/protocol'
import type { Tx } from '@yardmaster/store'
import type { Ledger } from '../ledger/ledger.js'
import { createSessionIn } from '../sessions/create-session.js'
import { holdSource } from './hold-source.js'

/**
 * A new session that begins where a task of another one ended: the same choices, its own transcript. Consent was given
 * to the source and stays there.
 *
 * @param worktree_id where it shall work
 * @param task_id null where the source has not ended a task yet
 * @throws NOT_FOUND, ARCHIVED, UNKNOWN_HARNESS
 */
export async function forkSession(
  ledger: Ledger,
  tx: Tx,
  user_id: string,
  source: Session,
  worktree_id: string,
  task_id: string | null,
): Promise<object> {
  await holdSource(tx, source.id, user_id)
  const { harness, title, model, mode, config, permission_mode, request_expiry } = source
  return createSessionIn(ledger, tx, user_id, {
    ...{ harness, title, model, mode, config, permission_mode, request_expiry },
    worktree_id,
    forked_from_session_id: source.id,
    forked_from_task_id: task_id,
  })
}
