import type { Team } from '@yardmaster/protocol'
import { YardmasterError } from '@yardmaster/protocol'
import {
  deleteTeam,
  insertTeam,
  loadTeam,
  maybeRow,
  onlyRow,
  patchTeam,
  presentTeam,
  teamVisible,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { askAgain } from '../../hooks/ask-again.js'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import type { Yard } from '../../yard.js'
import { keepHolders } from '../keep-holders.js'
import { userOf } from '../user-of.js'

/** Groups of people that levels are granted to. */
export class Teams {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    const user_id = userOf(principal)
    const scope = { sql: teamVisible('x.id', '?'), values: [user_id, user_id, user_id, user_id] }
    return list(this.yard.db, query, { table: 'teams', present: presentTeam, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf<Team>(target)
  }

  async create({ name }: { name: string }) {
    return this.yard.db.transaction(async (tx) => onlyRow(await insertTeam(tx, v7(), name)).wire)
  }

  async patch(id: string, { name }: { name: string }) {
    return this.yard.db.transaction(async (tx) => {
      const row = maybeRow(await patchTeam(tx, id, name))
      if (!row) throw new YardmasterError('NOT_FOUND')
      return row.wire
    })
  }

  /** What was granted to it is gone with it. @throws LAST_OWNER */
  remove(id: string, params: CallParams) {
    return this.yard.db.transaction((tx) =>
      keepHolders(tx, { team_id: id }, async () => {
        await askAgain(tx, params, { load: loadTeam, id })
        const row = maybeRow(await deleteTeam(tx, id))
        if (!row) throw new YardmasterError('NOT_FOUND')
        return row.wire
      }),
    )
  }
}
