import { YardmasterError } from '@yardmaster/protocol'
import type { NewAuditEntry } from '@yardmaster/store'
import { v7 } from 'uuid'
import type { Audit } from './audit.js'
import { type Caller, fromWhere } from './entry.js'

/** Whose account a sign-in is about, as soon as that is known: filled in by the strategy. */
export interface SignInAttempt {
  user_id?: string
}

const lineOf = (caller: Caller, user_id: string, strategy: string): NewAuditEntry => ({
  id: v7(),
  ...{ actor_kind: 'user', actor_id: user_id, actor_name: null, acting_as: null },
  ...fromWhere(caller),
  ...{ resource: 'authentication', method: 'create', row_id: user_id, worktree_id: null },
  ...{ outcome: 'allowed', code: null, fields: [], details: { strategy }, count: 1 },
})

/**
 * Carries out a sign-in and notes how it went: a line where it succeeded, one where it was tried on an account that
 * there is, and a stranger's count for the rest. What was typed for an address is told nowhere: it may be a password.
 */
export async function auditSignIn(
  audit: Audit,
  caller: Caller,
  strategy: string,
  attempt: SignInAttempt,
  signIn: () => Promise<void>,
): Promise<void> {
  try {
    await signIn()
  } catch (error) {
    if (!(error instanceof YardmasterError)) throw error
    const { code } = error
    if (!attempt.user_id) audit.refuseUnknown(code)
    else
      audit.refuse({
        ...lineOf(caller, attempt.user_id, strategy),
        ...{ actor_kind: 'nobody', actor_id: null, outcome: 'refused', code },
      })
    throw error
  }
  if (attempt.user_id) await audit.write(lineOf(caller, attempt.user_id, strategy))
}
