import type { Settings } from '@yardmaster/protocol'
import {
  addAuditEntries,
  credentialsByEmail,
  credentialsById,
  type Db,
  firstAdmin,
  holdInstallation,
  insertUser,
  maybeRow,
  onlyRow,
  type Tx,
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
export function ensureAdmin(db: Db, settings: Settings): Promise<string | null> {
  return db.transaction(async (tx) => {
    // Daemons that start at once would make two.
    await holdInstallation(tx)
    return adminIn(tx, settings)
  })
}

async function adminIn(tx: Tx, { admin }: Settings): Promise<string | null> {
  if (admin) {
    const known = maybeRow(await credentialsByEmail(tx, admin.email))
    if (!known) await makeAdmin(tx, admin.email, nameOf(admin.email), await hashPassword(admin.password))
    return null
  }
  const first = (await firstAdmin(tx))[0]?.id ?? (await makeAdmin(tx, 'admin@localhost', 'Admin', null))
  const credentials = maybeRow(await credentialsById(tx, first))
  return credentials?.password_hash ? null : makeLinkToken(tx, first)
}

/** Nobody signed in made this one: the audit log says that the start did. */
async function makeAdmin(tx: Tx, email: string, name: string, hash: string | null): Promise<string> {
  const { id } = onlyRow(await insertUser(tx, v7(), email, name, hash, 'admin')).wire
  await addAuditEntries(tx, [
    {
      id: v7(),
      ...{ actor_kind: 'system', actor_id: null, actor_name: null, acting_as: 'start' },
      ...{
        transport: null,
        address: null,
        resource: 'users',
        method: 'create',
        row_id: id,
        worktree_id: null,
      },
      ...{ outcome: 'allowed', code: null, fields: [], details: { name, role: 'admin' }, count: 1 },
    },
  ])
  return id
}

const nameOf = (email: string): string => email.split('@')[0] || email
