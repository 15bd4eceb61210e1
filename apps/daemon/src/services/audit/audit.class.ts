import { presentAuditEntry } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { everything } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'

/** Who did what, and what was refused to whom. It can be read and nothing else: lines are written by what they tell of. */
export class AuditLog {
  constructor(private readonly yard: Yard) {}

  find({ query = {} }: CallParams) {
    return list(this.yard.db, query, { table: 'audit_log', present: presentAuditEntry, scope: everything })
  }
}
