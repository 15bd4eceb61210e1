import { statement } from '../statement.js'

/** The node that this database belongs to, made on first sight. */
export const ensureInstallation = statement<[node_id: string], { node_id: string }>(
  'ensure-installation',
  `with made as (insert into installation (node_id) values ($1) on conflict do nothing returning node_id)
   select node_id from made union all select node_id from installation limit 1`,
)

/** A runtime that is about to register: worktrees may be made on it from now on. */
export const ensureRuntime = statement<[id: string, name: string], never>(
  'ensure-runtime',
  'insert into runtimes (id, name) values ($1, $2) on conflict (id) do nothing',
)

/** Whether the database answers. */
export const ping = statement<[], { ok: number }>('ping', 'select 1 as ok')
