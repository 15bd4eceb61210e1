import { createHash, randomBytes } from 'node:crypto'
import { parse as parseUuid, stringify } from 'uuid'

const prefix = 'ymt_'
const SECRET_BYTES = 32

/** SHA-256 of a whole token. Its secret is random, so that nothing slower is needed to keep it from being guessed. */
export const hashOfApiToken = (token: string): Buffer => createHash('sha256').update(token).digest()

/**
 * A new API token: `ymt_` and, in base64url, user, row and 32 random bytes. It names its user, so that one statement
 * can look at user, token and row together; what it says is believed once the row has its hash.
 */
export const makeApiToken = (user_id: string, id: string): string =>
  prefix + Buffer.concat([parseUuid(user_id), parseUuid(id), randomBytes(SECRET_BYTES)]).toString('base64url')

/** What a token says that looks like an API token; null for one that does not. */
export function readApiToken(
  token: string,
): { user_id: string; token_id: string; token_hash: string } | null {
  if (!token.startsWith(prefix)) return null
  const bytes = Buffer.from(token.slice(prefix.length), 'base64url')
  if (bytes.length !== 32 + SECRET_BYTES || prefix + bytes.toString('base64url') !== token) return null
  try {
    return {
      user_id: stringify(bytes.subarray(0, 16)),
      token_id: stringify(bytes.subarray(16, 32)),
      token_hash: hashOfApiToken(token).toString('hex'),
    }
  } catch {
    return null
  }
}
