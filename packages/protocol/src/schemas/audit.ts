import { Type } from '@sinclair/typebox'
import { Id, Json, nullable, type Static, strict, Timestamp, words } from './common.js'

/** One line of the audit log: who, acting as what and from where, called what on which row, and whether it was let. */
export const AuditEntry = strict({
  id: Id,
  at: Timestamp,
  actor_kind: words(['user', 'executor', 'runtime', 'system', 'nobody']),
  actor_id: nullable(Id),
  actor_name: nullable(Type.String()),
  acting_as: Type.String(),
  transport: nullable(words(['rest', 'socketio'])),
  address: nullable(Type.String()),
  resource: Type.String(),
  method: Type.String(),
  row_id: nullable(Id),
  worktree_id: nullable(Id),
  outcome: words(['allowed', 'refused']),
  code: nullable(Type.String()),
  fields: Type.Array(Type.String()),
  details: Json,
  count: Type.Integer({ minimum: 1 }),
})

export type AuditEntry = Static<typeof AuditEntry>
