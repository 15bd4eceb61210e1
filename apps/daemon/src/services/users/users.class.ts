import { type Notice, type Role, type SignedOut, type User, YardmasterError } from '@yardmaster/protocol'
import {
  deleteApiTokensOf,
  deleteLinksOf,
  deleteUser,
  endSignIns,
  insertUser,
  loadUser,
  maybeRow,
  onlyRow,
  patchUser,
  presentUser,
  presentUserCard,
  type Tx,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { askAgain } from '../../hooks/ask-again.js'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { everything } from '../../lists/scope.js'
import { hashPassword } from '../../sign-in/passwords.js'
import type { Yard } from '../../yard.js'
import { keepHolders } from '../keep-holders.js'

interface NewUser {
  email: string
  name: string
  password: string
  role?: Role
}
interface UserChange {
  name?: string
  email?: string
  password?: string
  role?: Role
  disabled?: boolean
  git_name?: string | null
  git_email?: string | null
  notify?: Notice[]
}

/** The people of a team. */
export class Users {
  constructor(private readonly yard: Yard) {}

  find({ caller, query = {} }: CallParams) {
    const present = caller.user?.role === 'admin' ? presentUser : presentUserCard
    return list(this.yard.db, query, { table: 'users', present, scope: everything })
  }

  async get(_id: string, { caller, facts, target }: CallParams) {
    const user = rowOf<User>(target)
    return caller.user?.role === 'admin' || facts.self ? user : { id: user.id, name: user.name }
  }

  async create({ email, name, password, role = 'member' }: NewUser) {
    const hash = await hashPassword(password)
    return this.yard.db.transaction(
      async (tx) => onlyRow(await insertUser(tx, v7(), email, name, hash, role)).wire,
    )
  }

  /** A new password, a new role and disabling end every sign-in of that user. @throws LAST_ADMIN, LAST_OWNER */
  async patch(id: string, change: UserChange, params: CallParams) {
    const { name, email, password, role, disabled, git_name, git_email, notify } = change
    const hash = password === undefined ? null : await hashPassword(password)
    const leaves = role !== undefined || disabled === true
    return this.change(id, params, leaves, async (tx) => {
      // Whoever holds an older link shall not get past the new password.
      if (hash !== null) await deleteLinksOf(tx, id)
      return patchUser(
        tx,
        id,
        name ?? null,
        email ?? null,
        hash,
        role ?? null,
        disabled ?? null,
        setOrEmpty(git_name),
        setOrEmpty(git_email),
        notify ?? null,
      )
    })
  }

  /** @throws LAST_ADMIN, LAST_OWNER */
  remove(id: string, params: CallParams) {
    return this.change(id, params, true, (tx) => deleteUser(tx, id))
  }

  /** Ends every sign-in of the user, and with `tokens` what their API tokens open. */
  'sign-out-everywhere'({ id, tokens = false }: { id: string; tokens?: boolean }, params: CallParams) {
    return this.yard.db.transaction(async (tx): Promise<SignedOut> => {
      await askAgain(tx, params, { load: loadUser, id })
      if ((await endSignIns(tx, id)).length === 0) throw new YardmasterError('NOT_FOUND')
      const revoked = tokens ? await deleteApiTokensOf(tx, id) : []
      tx.afterCommit(() => this.yard.access.hurry())
      return { user_id: id, revoked_tokens: revoked.length }
    })
  }

  /** @param leaves whether the user may no longer be what they are, an admin or an owner */
  private change(
    id: string,
    params: CallParams,
    leaves: boolean,
    write: (tx: Tx) => Promise<{ wire: User }[]>,
  ): Promise<User> {
    return this.yard.db.transaction((tx) => {
      const work = async () => {
        await askAgain(tx, params, { load: loadUser, id })
        const row = maybeRow(await write(tx))
        if (!row) throw new YardmasterError('NOT_FOUND')
        return row.wire
      }
      return leaves ? keepHolders(tx, { user_id: id }, work) : work()
    })
  }
}

/** As the statement takes it: null leaves the field as it is, and an empty text takes it away. */
const setOrEmpty = (value: string | null | undefined): string | null =>
  value === null ? '' : (value ?? null)
