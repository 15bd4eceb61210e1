import type { Allowance } from '@yardmaster/protocol'
import { removeAllowance } from '@yardmaster/runtime'
import { presentAllowance } from '@yardmaster/store'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'

/** What people answered "always" in a session. */
export class Allowances {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    const scope = sessionScope(principal, 'x.session_id', query.session_id)
    return list(this.yard.db, query, { table: 'allowances', present: presentAllowance, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  remove(_id: string, { target, guard }: CallParams) {
    return removeAllowance(this.yard.ledger, rowOf<Allowance>(target), guard)
  }
}
