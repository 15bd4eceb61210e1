import type { Settings } from '@yardmaster/protocol'
import {
  credentialsByEmail,
  credentialsById,
  type Db,
  firstAdmin,
  insertUser,
  maybeRow,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { makeLinkToken } from '../sign-in/links.js'
import { hashPassword } from '../sign-in/passwords.js'

/**
 * Makes sure that somebody can sign in: the admin that the settings name, or a first one with a one-time link. A link
 * is made anew at every start for as long as that admin has no password.
 *
 * @returns the token of a one-time link, or null where nobody needs one
 */
export async function ensureAdmin(db: Db, { admin }: Settings): Promise<string | null> {
  if (admin) {
    const known = maybeRow(await credentialsByEmail(db, admin.email))
    if (!known)
      await insertUser(
        db,
        v7(),
        admin.email,
        nameOf(admin.email),
        await hashPassword(admin.password),
        'admin',
      )
    return null
  }
  const first =
    (await firstAdmin(db))[0]?.id ??
    (await insertUser(db, v7(), 'admin@localhost', 'Admin', null, 'admin'))[0]!.wire.id
  const credentials = maybeRow(await credentialsById(db, first))
  return credentials?.password_hash ? null : makeLinkToken(db, first)
}

const nameOf = (email: string): string => email.split('@')[0] || email
