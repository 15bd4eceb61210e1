import { Type } from '@sinclair/typebox'
import { othersLevels } from '../levels.js'
import { Id, Json, Name, nullable, type Static, strict, Text, Timestamp, words } from './common.js'

export const Repo = strict({
  id: Id,
  name: Name,
  path: Type.String(),
  url: nullable(Type.String()),
  default_branch: Type.String(),
  created_by: nullable(Id),
  created_at: Timestamp,
})
/** Either the absolute path of a repository on the daemon's host, or an https or ssh url to clone. */
export const RepoCreate = strict({
  name: Name,
  path: Type.Optional(Text(4096)),
  url: Type.Optional(Text(4096)),
})
export const RepoPatch = Type.Partial(strict({ name: Name, default_branch: Text(255) }), {
  additionalProperties: false,
  minProperties: 1,
})

export const Worktree = strict({
  id: Id,
  repo_id: Id,
  node_id: Id,
  runtime_id: Id,
  name: Type.String(),
  branch: Type.String(),
  target_branch: Type.String(),
  path: Type.String(),
  base_sha: Type.String(),
  others_can: words(othersLevels),
  parallel_writers: Type.Boolean(),
  created_by: nullable(Id),
  created_at: Timestamp,
  archived_at: nullable(Timestamp),
})
export const WorktreeCreate = strict({
  repo_id: Id,
  name: Text(64),
  branch: Type.Optional(Text(255)),
  base: Type.Optional(Text(255)),
  others_can: Type.Optional(words(othersLevels)),
})
export const WorktreePatch = Type.Partial(
  strict({ name: Text(64), archived_at: nullable(Timestamp), others_can: words(othersLevels) }),
  { additionalProperties: false, minProperties: 1 },
)

export const OnWorktree = strict({ id: Id })
/** What a worktree's files take on its host. */
export const WorktreeDisk = strict({
  bytes: Type.Integer({ minimum: 0 }),
  files: Type.Integer({ minimum: 0 }),
  /** False: there was more than could be looked at in a moment. */
  complete: Type.Boolean(),
  measured_at: Timestamp,
})
/** `text` has letters of the paths, in their order. */
export const WorktreeFilesQuery = strict({ id: Id, text: Type.Optional(Text(200)) })
/** Relative to the top of the worktree, the best first; `more`: there are others. */
export const WorktreeFiles = strict({ paths: Type.Array(Type.String()), more: Type.Boolean() })

/** A coding agent as one runtime found it. `problem` says why it cannot be used, null when it can. */
export const Harness = Type.Object({
  id: Type.String(),
  name: Type.String(),
  version: nullable(Type.String()),
  capabilities: Json,
  problem: nullable(Type.String()),
})
export const Runtime = strict({
  id: Id,
  name: Type.String(),
  owner_id: nullable(Id),
  harnesses: Type.Array(Harness),
  allowed_roots: Type.Array(Type.String()),
  isolation: Type.String(),
  max_concurrent: Type.Integer(),
  last_seen_at: nullable(Timestamp),
  offline_since: nullable(Timestamp),
  created_at: Timestamp,
})

export type Repo = Static<typeof Repo>
export type Worktree = Static<typeof Worktree>
export type WorktreeDisk = Static<typeof WorktreeDisk>
export type WorktreeFiles = Static<typeof WorktreeFiles>
export type Harness = Static<typeof Harness>
export type Runtime = Static<typeof Runtime>
