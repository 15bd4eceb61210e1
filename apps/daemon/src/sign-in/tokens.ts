import { createSecretKey, randomUUID } from 'node:crypto'
import { type ExecutorPrincipal, type Principal, YardmasterError } from '@yardmaster/protocol'
import { type JwtPayload, sign, verify } from 'jsonwebtoken'
import { isId } from '../hooks/check-call.js'
import { readApiToken } from './api-tokens.js'

const audience = 'yardmaster'
const algorithm = 'HS256'
const MOST_VERIFIED = 5_000

/** Signs and checks the tokens of users, executors and runtimes. What they open is decided from the rows. */
export interface Tokens {
  /** For the authentication service, which signs users' tokens itself. */
  readonly secret: string
  forUser(user: { id: string; auth_epoch: number }): string
  forExecutor(run: Omit<ExecutorPrincipal, 'kind'>): string
  forRuntime(runtime_id: string): string
  /**
   * What a token says: a signed one is checked by that, an API token by its row, with the call.
   *
   * @throws NOT_AUTHENTICATED for a token that is not ours, not whole or out of date
   */
  verify(token: string): JwtPayload
}

/** @param secret at least 32 random bytes, kept in the home */
export function createTokens(secret: string): Tokens {
  // As a text it would be tried as a public key first, with each token that is checked (half of a call's time).
  const key = createSecretKey(secret, 'utf8')
  // A token comes with every call of a browser or an executor, and says the same each time until it expires. Whether
  // its bearer is still let in is read from the rows, and never from here.
  const verified = new Map<string, JwtPayload>()
  const issue = (subject: string, payload: object, expiresIn: number): string =>
    sign(payload, key, { subject, audience, algorithm, expiresIn, jwtid: randomUUID() })
  const day = 86_400
  return {
    secret,
    forUser: ({ id, auth_epoch }) => issue(id, { kind: 'user', epoch: auth_epoch }, 14 * day),
    // A run may wait for a person for weeks.
    forExecutor: ({ task_id, ...run }) => issue(task_id, { kind: 'executor', ...run }, 90 * day),
    forRuntime: (runtime_id) => issue(runtime_id, { kind: 'runtime' }, day),
    verify(token) {
      const known = verified.get(token)
      if (known && (known.exp ?? 0) > Date.now() / 1000) return known
      const api_token = readApiToken(token)
      if (api_token) return payloadOf(api_token)
      try {
        const payload = verify(token, key, { audience, algorithms: [algorithm] }) as JwtPayload
        // Forgetting all of them at once is rare and costs a check each; an order to forget them in would cost always.
        if (verified.size >= MOST_VERIFIED) verified.clear()
        verified.set(token, payload)
        return payload
      } catch {
        throw new YardmasterError('NOT_AUTHENTICATED', 'The token is not valid any more; sign in again.')
      }
    },
  }
}

// Far away: Feathers forgets a socket's token when this is over, and the row knows better.
const MUCH_LATER = Date.parse('2200-01-01') / 1000

const payloadOf = ({
  user_id,
  ...ids
}: {
  user_id: string
  token_id: string
  token_hash: string
}): JwtPayload => ({
  kind: 'api-token',
  sub: user_id,
  exp: MUCH_LATER,
  ...ids,
})

/** @throws NOT_AUTHENTICATED for a token whose content is not what a token of ours says */
export function principalOf(payload: JwtPayload): Principal {
  const { kind, sub, epoch, session_id, attempt, nonce, token_id, token_hash } = payload
  if (isId(sub)) {
    if (kind === 'user' && Number.isInteger(epoch)) return { kind, user_id: sub, epoch }
    if (kind === 'api-token') return { kind: 'user', user_id: sub, epoch: null, token_id, token_hash }
    if (kind === 'executor' && isId(session_id) && Number.isInteger(attempt) && isId(nonce))
      return { kind, task_id: sub, session_id, attempt, nonce }
    if (kind === 'runtime') return { kind, runtime_id: sub }
  }
  throw new YardmasterError('NOT_AUTHENTICATED')
}
