import { type ApiToken, type Scope, YardmasterError } from '@yardmaster/protocol'
import { deleteApiToken, insertApiToken, maybeRow, presentApiToken } from '@yardmaster/store'
import { v7 } from 'uuid'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { everything } from '../../lists/scope.js'
import { hashOfApiToken, makeApiToken } from '../../sign-in/api-tokens.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

interface ApiTokenToMake {
  name: string
  scopes: Scope[]
  expires_at?: string
}

/** Tokens that scripts call with, in the name of whoever made them. */
export class ApiTokens {
  constructor(private readonly yard: Yard) {}

  find({ caller, principal, query = {} }: CallParams) {
    const scope =
      caller.user?.role === 'admin' ? everything : { sql: 'x.user_id = ?::uuid', values: [userOf(principal)] }
    return list(this.yard.db, query, { table: 'api_tokens', present: presentApiToken, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  /** The one answer that shows the token. */
  async create({ name, scopes, expires_at }: ApiTokenToMake, { principal }: CallParams) {
    const user_id = userOf(principal) as string
    const id = v7()
    const token = makeApiToken(user_id, id)
    const hash = hashOfApiToken(token)
    return this.yard.db.transaction(async (tx) => {
      const row = maybeRow(await insertApiToken(tx, id, user_id, name, hash, scopes, expires_at ?? null))
      if (!row) throw new YardmasterError('INVALID', "The body's expires_at must be in the future.")
      return { ...row.wire, token }
    })
  }

  /** From now on it opens nothing, and the sockets that it signed in are closed. */
  remove(id: string): Promise<ApiToken> {
    return this.yard.db.transaction(async (tx) => {
      const row = maybeRow(await deleteApiToken(tx, id))
      if (!row) throw new YardmasterError('NOT_FOUND')
      tx.afterCommit(() => this.yard.access.hurry())
      return row.wire
    })
  }
}
