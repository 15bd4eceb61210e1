import type { EnvironmentEntry } from '@yardmaster/protocol'
import { presentEnvironmentEntry } from '../present/presenters.js'
import { statement } from '../statement.js'

/** One value per user and name: setting it again replaces it. No row: the user has as many others as there may be. */
export const putEnvironmentEntry = statement<
  [id: string, user_id: string, name: string, key_id: string, sealed: Buffer, most: number],
  { wire: EnvironmentEntry }
>(
  'put-environment-entry',
  `insert into environment_entries as e (id, user_id, name, key_id, sealed)
   select $1, $2, $3, $4, $5
   where (select count(*) from environment_entries o where o.user_id = $2 and o.name <> $3) < $6
   on conflict on constraint environment_entries_unique
     do update set key_id = excluded.key_id, sealed = excluded.sealed, updated_at = clock_timestamp()
   returning ${presentEnvironmentEntry('e')} as wire`,
)

export const deleteEnvironmentEntry = statement<[id: string], { wire: EnvironmentEntry }>(
  'delete-environment-entry',
  `delete from environment_entries e where e.id = $1 returning ${presentEnvironmentEntry('e')} as wire`,
)

/** Notes which key entries are sealed with from now on, and counts those that it does not open. */
export const noteEnvironmentKey = statement<[key_id: string], { unreadable: number }>(
  'note-environment-key',
  `with noted as (update installation set environment_key_id = $1)
   select count(*) as unreadable from environment_entries where key_id <> $1`,
)
