import { YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentSeen, putSeen } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { ownRows } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

/** How far one has looked into sessions. */
export class SessionViews {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    return list(this.yard.db, query, {
      table: 'session_views',
      present: presentSeen,
      scope: ownRows(principal),
      order: 'session_id',
    })
  }

  /** Saying it again moves it on, and never back. */
  async create(seen: { session_id: string; seen_seq: number }, { principal }: CallParams) {
    const user_id = userOf(principal) as string
    const row = maybeRow(await putSeen(this.yard.db, user_id, seen.session_id, seen.seen_seq))
    if (!row) throw new YardmasterError('NOT_FOUND')
    return row.wire
  }
}
