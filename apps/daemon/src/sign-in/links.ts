import { createHash, randomBytes } from 'node:crypto'
import { deleteLinksOf, insertLink, type Queryable, takeLink } from '@yardmaster/store'

const lifetime = 24 * 60 * 60 * 1000

/** SHA-256 of a link's token, which is all that is kept of it. */
export const hashOfLink = (token: string): Buffer => createHash('sha256').update(token).digest()

export const newLinkToken = (): string => randomBytes(32).toString('base64url')

/** A new token that signs a user in once, within a day. Earlier ones of the user stop working. */
export async function makeLinkToken(on: Queryable, user_id: string): Promise<string> {
  const token = newLinkToken()
  await deleteLinksOf(on, user_id)
  await insertLink(on, hashOfLink(token), user_id, lifetime)
  return token
}

/** The user a token signs in, or null. The token is used up by asking. */
export async function useLinkToken(on: Queryable, token: string): Promise<string | null> {
  return (await takeLink(on, hashOfLink(token)))[0]?.user_id ?? null
}
