import { statement } from '../statement.js'

/** The node that this database belongs to, made on first sight, which several daemons may have at once. */
export const ensureInstallation = statement<[node_id: string], { node_id: string }>(
  'ensure-installation',
  `insert into installation as i (node_id) values ($1)
   on conflict (only_row) do update set node_id = i.node_id returning i.node_id`,
)

/** A runtime that is about to register: worktrees may be made on it from now on. */
export const ensureRuntime = statement<[id: string, name: string], never>(
  'ensure-runtime',
  'insert into runtimes (id, name) values ($1, $2) on conflict (id) do nothing',
)

/** Whether the database answers. */
export const ping = statement<[], { ok: number }>('ping', 'select 1 as ok')
