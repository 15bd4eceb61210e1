import { type TeamMember, YardmasterError } from '@yardmaster/protocol'
import {
  databaseError,
  deleteTeamMember,
  loadTeamMember,
  maybeRow,
  onlyRow,
  presentTeamMember,
  putTeamMember,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { askAgain } from '../../hooks/ask-again.js'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { everything } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'
import { keepHolders } from '../keep-holders.js'
import { userOf } from '../user-of.js'

/** Who is in which team. */
export class TeamMembers {
  constructor(private readonly yard: Yard) {}

  find({ caller, principal, query = {} }: CallParams) {
    const scope =
      caller.user?.role === 'admin' ? everything : { sql: 'x.user_id = ?::uuid', values: [userOf(principal)] }
    return list(this.yard.db, query, { table: 'team_members', present: presentTeamMember, scope })
  }

  /** @throws UNKNOWN_REFERENCE */
  async create({ team_id, user_id }: Omit<TeamMember, 'id'>) {
    try {
      return await this.yard.db.transaction(
        async (tx) => onlyRow(await putTeamMember(tx, v7(), team_id, user_id)).wire,
      )
    } catch (error) {
      if (databaseError(error).kind === 'foreign_key') throw new YardmasterError('UNKNOWN_REFERENCE')
      throw error
    }
  }

  /** @throws LAST_OWNER */
  remove(id: string, params: CallParams) {
    const { user_id } = rowOf<TeamMember>(params.target)
    return this.yard.db.transaction((tx) =>
      keepHolders(tx, { user_id }, async () => {
        await askAgain(tx, params, { load: loadTeamMember, id })
        const row = maybeRow(await deleteTeamMember(tx, id))
        if (!row) throw new YardmasterError('NOT_FOUND')
        return row.wire
      }),
    )
  }
}
