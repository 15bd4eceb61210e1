import { YardmasterError } from '@yardmaster/protocol'
import { loadCaller } from '@yardmaster/store'
import { principalOf } from '../sign-in/tokens.js'
import type { Yard } from '../yard.js'
import type { CallHook } from './context.js'
import { letIn } from './load-session-worktree.js'

/**
 * Finds out who calls from the token that came with the call or with its socket. Only ids are taken from it; what
 * they may do is read with the row. A call without a provider comes from the daemon itself and must say which part
 * of it: a socket that slipped past its handshake has no provider either, and must not pass for one of us.
 */
export const authenticate =
  (yard: Yard): CallHook =>
  async (context, next) => {
    const { provider, authentication, principal } = context.params
    if (!provider) {
      if (principal?.kind !== 'system') throw new YardmasterError('NOT_AUTHENTICATED')
      return next()
    }
    const token = authentication?.accessToken
    if (typeof token !== 'string') throw new YardmasterError('NOT_AUTHENTICATED')
    const called = principalOf(yard.tokens.verify(token))
    context.params.principal = called
    try {
      await next()
    } catch (error) {
      // A call that was refused for what it looks like, before anybody looked who makes it: 401 goes before 400.
      if (!context.params.caller) letIn(called, await loadCaller(yard.db, called))
      throw error
    }
  }
