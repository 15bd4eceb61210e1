import { type EnvironmentEntry, isRefusedName, mostEntries, YardmasterError } from '@yardmaster/protocol'
import {
  deleteEnvironmentEntry,
  maybeRow,
  presentEnvironmentEntry,
  putEnvironmentEntry,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import type { CallParams } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

/** What one's runs find in their environment. Values go in and never come out again by a call. */
export class EnvironmentEntries {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    const scope = { sql: 'x.user_id = ?::uuid', values: [userOf(principal)] }
    return list(this.yard.db, query, {
      table: 'environment_entries',
      present: presentEnvironmentEntry,
      scope,
    })
  }

  /** The same name again sets its value. @throws NAME_REFUSED, TOO_MANY_ENTRIES */
  async create({ name, value }: { name: string; value: string }, { principal }: CallParams) {
    if (isRefusedName(name)) throw new YardmasterError('NAME_REFUSED')
    const user_id = userOf(principal) as string
    const { sealer, db } = this.yard
    const sealed = sealer.seal(user_id, name, value)
    return db.transaction(async (tx) => {
      const row = maybeRow(
        await putEnvironmentEntry(tx, v7(), user_id, name, sealer.key_id, sealed, mostEntries),
      )
      if (!row) throw new YardmasterError('TOO_MANY_ENTRIES')
      return row.wire
    })
  }

  remove(id: string): Promise<EnvironmentEntry> {
    return this.yard.db.transaction(async (tx) => {
      const row = maybeRow(await deleteEnvironmentEntry(tx, id))
      if (!row) throw new YardmasterError('NOT_FOUND')
      return row.wire
    })
  }
}
