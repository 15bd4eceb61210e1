import type { AuditEntry } from '@yardmaster/protocol'
import type { Queryable } from '../db.js'
import { presentAuditEntry } from '../present/presenters.js'
import { statement } from '../statement.js'

/** What is not known to the caller is looked up: the actor's name, and what a user acts as. */
export type NewAuditEntry = Omit<AuditEntry, 'at' | 'acting_as'> & { acting_as: string | null }

// A user who removes themselves is gone by now, and brings the name along.
const insert = statement<[entries: string], { wire: AuditEntry }>(
  'add-audit-entries',
  `insert into audit_log as a (id, actor_kind, actor_id, actor_name, acting_as, transport, address, resource, method,
     row_id, worktree_id, outcome, code, fields, details, count)
   select e.id, e.actor_kind, e.actor_id, coalesce(e.actor_name, u.name || ' <' || u.email || '>', r.name),
     coalesce(e.acting_as, u.role, e.actor_kind), e.transport, e.address, e.resource, e.method,
     e.row_id, e.worktree_id, e.outcome, e.code, e.fields, e.details, e.count
   from jsonb_to_recordset($1::jsonb) e(id uuid, actor_kind text, actor_id uuid, actor_name text, acting_as text,
     transport text, address text, resource text, method text, row_id uuid, worktree_id uuid, outcome text,
     code text, fields text[], details jsonb, count integer)
   left join users u on e.actor_kind = 'user' and u.id = e.actor_id
   left join runtimes r on e.actor_kind = 'runtime' and r.id = e.actor_id
   order by e.id
   returning ${presentAuditEntry('a')} as wire`,
)

/** Adds lines to the audit log; inside a transaction they stand or fall with what it changes. */
export async function addAuditEntries(
  on: Queryable,
  entries: readonly NewAuditEntry[],
): Promise<AuditEntry[]> {
  return (await insert(on, JSON.stringify(entries))).map(({ wire }) => wire)
}
