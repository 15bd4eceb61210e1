import { Type } from '@sinclair/typebox'
import { nullable, type Static, strict, words } from './common.js'

export const FileDiff = strict({
  path: Type.String(),
  status: words(['added', 'modified', 'deleted', 'renamed', 'copied', 'typechange'] as const),
  /** Lines; null for a binary file. */
  added: nullable(Type.Integer()),
  removed: nullable(Type.Integer()),
  old_path: Type.Optional(Type.String()),
  /** Unified, with its header; null for a binary file and for one that the limits left out. */
  patch: nullable(Type.String()),
  binary: Type.Boolean(),
  truncated: Type.Boolean(),
})

/** What `sessions.diff` answers. `from` and `to` are null for a task that left no snapshots. */
export const SessionDiff = strict({
  from: nullable(Type.String()),
  to: nullable(Type.String()),
  files: Type.Array(FileDiff),
  /** A patch is cut off or left out, or files are missing at the end. */
  truncated: Type.Boolean(),
})

export type SessionDiff = Static<typeof SessionDiff>
