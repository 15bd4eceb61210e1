import { type Invitation, type Role, YardmasterError } from '@yardmaster/protocol'
import {
  credentialsByEmail,
  databaseError,
  deleteInvitation,
  insertUser,
  maybeRow,
  onlyRow,
  presentInvitation,
  putInvitation,
  putTeamMember,
  type Tx,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { askAgain } from '../../hooks/ask-again.js'
import type { CallParams } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { everything } from '../../lists/scope.js'
import { hashOfLink, newLinkToken } from '../../sign-in/links.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

interface ToInvite {
  email: string
  name: string
  role?: Role
  team_ids?: string[]
}

const lifetime = 7 * 24 * 60 * 60 * 1000

/** People who were made users and have not come yet: the link lets them in once, to choose a password. */
export class Invitations {
  constructor(private readonly yard: Yard) {}

  find({ query = {} }: CallParams) {
    return list(this.yard.db, query, { table: 'invitations', present: presentInvitation, scope: everything })
  }

  /**
   * Makes the user, without a password, puts them into the teams, and answers the link this once. Who is there without
   * a password gets a new link.
   *
   * @throws ALREADY_EXISTS for somebody who has a password, UNKNOWN_REFERENCE for a team that is not there
   */
  async create({ email, name, role = 'member', team_ids = [] }: ToInvite, params: CallParams) {
    const token = newLinkToken()
    try {
      return await this.yard.db.transaction(async (tx) => {
        await askAgain(tx, params)
        const user_id = await userToInvite(tx, email, name, role)
        for (const team_id of team_ids) await putTeamMember(tx, v7(), team_id, user_id)
        const by = userOf(params.principal)
        const row = onlyRow(await putInvitation(tx, v7(), user_id, hashOfLink(token), lifetime, by))
        return { ...row.wire, link: `${this.yard.url}/app/#token=${token}` }
      })
    } catch (error) {
      if (databaseError(error).kind === 'foreign_key') throw new YardmasterError('UNKNOWN_REFERENCE')
      throw error
    }
  }

  /** Makes the link worthless. The user stays, and can be invited again or removed. */
  remove(id: string, params: CallParams): Promise<Invitation> {
    return this.yard.db.transaction(async (tx) => {
      await askAgain(tx, params)
      const row = maybeRow(await deleteInvitation(tx, id))
      if (!row) throw new YardmasterError('NOT_FOUND')
      return row.wire
    })
  }
}

async function userToInvite(tx: Tx, email: string, name: string, role: Role): Promise<string> {
  const known = maybeRow(await credentialsByEmail(tx, email))
  if (known?.password_hash)
    throw new YardmasterError('ALREADY_EXISTS', 'There is somebody by that address already.')
  return known?.id ?? onlyRow(await insertUser(tx, v7(), email, name, null, role)).wire.id
}
