import type { LockedSession } from '@yardmaster/runtime'
import { type Load, loadCaller, type Tx } from '@yardmaster/store'
import type { CallParams } from './context.js'

/**
 * Asks inside a transaction, behind its locks, whether the call is still allowed, for rows that no session's lock
 * covers: a grant or a role that went since the call came in is a refusal.
 *
 * @param row what the call was decided on; null where it is about no row
 * @throws NOT_AUTHENTICATED, NOT_FOUND, FORBIDDEN
 */
export async function askAgain(
  tx: Tx,
  { principal, guard }: CallParams,
  row: { load: Load; id: string } | null = null,
): Promise<void> {
  const now = row
    ? await row.load(tx, row.id, principal)
    : { ...(await loadCaller(tx, principal)), level: 'view' as const }
  const user = now.user && { ...now.user, level: now.level, token_ended: !now.token }
  const created_by = 'session_owner' in now ? now.session_owner : null
  guard.check({ created_by } as LockedSession, user)
}
