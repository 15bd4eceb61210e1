import { YardmasterError } from '@yardmaster/protocol'
import { principalOf } from '../sign-in/tokens.js'
import type { Yard } from '../yard.js'
import type { CallHook } from './context.js'

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
    context.params.principal = principalOf(yard.tokens.verify(token))
    return next()
  }
