import { YardmasterError } from '@yardmaster/protocol'
import { presentSession, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'

export interface SessionChange {
  title?: string | null
  model?: string | null
  mode?: string | null
  config?: object
  permission_mode?: string
  request_expiry?: number | null
  runtime_id?: string
  archived_at?: string | null
}

// $3 holds what was named, so that null can be told from left alone.
const patch = statement<[number, string, string], { wire: object }>(
  'patch-session',
  logged(
    'sessions patched',
    `update sessions s set
       title = case when c ? 'title' then c->>'title' else s.title end,
       model = case when c ? 'model' then c->>'model' else s.model end,
       mode = case when c ? 'mode' then c->>'mode' else s.mode end,
       config = coalesce(c->'config', s.config),
       permission_mode = coalesce(c->>'permission_mode', s.permission_mode),
       request_expiry = case when c ? 'request_expiry' then (c->>'request_expiry')::bigint else s.request_expiry end,
       runtime_id = coalesce((c->>'runtime_id')::uuid, s.runtime_id),
       archived_at = case when not c ? 'archived_at' then s.archived_at
                          when c->>'archived_at' is null then null
                          else coalesce(s.archived_at, clock_timestamp()) end
     from (select $3::jsonb as c) given
     where s.id = $2 returning ${presentSession('s')} as wire`,
  ),
)
const runtimeExists = statement<[string], { exists: boolean }>(
  'runtime-exists',
  'select exists(select from runtimes where id = $1)',
)

/**
 * Changes what a person may choose of a session. Archiving stamps the database's own time.
 *
 * @throws WRONG_RUNTIME, EXECUTING when archiving a session that executes
 */
export function patchSession(ledger: Ledger, session_id: string, guard: Guard, change: SessionChange) {
  return inSession(ledger, session_id, guard, 1, async (session) => {
    if (change.archived_at && session.row.executing_task_id) throw new YardmasterError('EXECUTING')
    if (change.runtime_id && !(await runtimeExists(session.tx, change.runtime_id))[0]?.exists)
      throw new YardmasterError('WRONG_RUNTIME')
    return (await session.log('sessions', 'patched', (...at) => patch(...at, JSON.stringify(change))))!
  })
}
