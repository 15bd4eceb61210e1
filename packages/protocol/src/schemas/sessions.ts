import { Type } from '@sinclair/typebox'
import { sessionStatuses, terminalStatuses } from '../states.js'
import { attachmentLimits } from './attachments.js'
import { Id, Json, nullable, type Static, strict, Text, Timestamp, words } from './common.js'

/** How a permission request of the agent is answered: by people, always yes, by rule, always no. */
export const permissionModes = ['relay', 'auto', 'safe', 'deny'] as const

const chosen = {
  title: nullable(Text(500)),
  model: nullable(Text(200)),
  mode: nullable(Text(200)),
  /** Further config options of the harness, by their id. */
  config: Type.Record(Type.String(), Type.Union([Type.String(), Type.Boolean(), Type.Number()])),
  permission_mode: words(permissionModes),
  /** Milliseconds that requests of the agent wait for people; null: as long as it takes. */
  request_expiry: nullable(Type.Integer({ minimum: 1, maximum: 31_536_000_000 })),
}

export const Session = strict({
  id: Id,
  worktree_id: Id,
  node_id: Id,
  runtime_id: Id,
  harness: Type.String(),
  ...chosen,
  /** What the harness reported last: its plan, its slash commands, and the modes, models and options it offers. */
  plan: Type.Unknown(),
  commands: Type.Unknown(),
  offered: Type.Unknown(),
  status: words(sessionStatuses),
  /** How its latest ended task ended. */
  last_ending: nullable(words(terminalStatuses)),
  created_by: nullable(Id),
  parent_session_id: nullable(Id),
  forked_from_session_id: nullable(Id),
  /** The task at whose end the fork begins. */
  forked_from_task_id: nullable(Id),
  agent_session_id: nullable(Type.String()),
  /** The runtime that made that conversation; on any other the id means nothing. */
  agent_session_runtime_id: nullable(Id),
  work_dir: nullable(Type.String()),
  base_sha: nullable(Type.String()),
  executing_task_id: nullable(Id),
  executing_attempt: nullable(Type.Integer()),
  held_by_task_id: nullable(Id),
  last_seq: Type.Integer(),
  usage: Type.Unknown(),
  created_at: Timestamp,
  last_activity_at: Timestamp,
  archived_at: nullable(Timestamp),
})

export const SessionCreate = strict({
  worktree_id: Id,
  harness: Text(100),
  title: Type.Optional(chosen.title),
  model: Type.Optional(chosen.model),
  mode: Type.Optional(chosen.mode),
  config: Type.Optional(chosen.config),
  permission_mode: Type.Optional(chosen.permission_mode),
  request_expiry: Type.Optional(chosen.request_expiry),
})

/** `worktree_id` is taken only to be compared: a session never moves. */
export const SessionPatch = Type.Partial(
  strict({ ...chosen, worktree_id: Id, runtime_id: Id, archived_at: nullable(Timestamp) }),
  { additionalProperties: false, minProperties: 1 },
)

export const Prompt = strict({
  id: Id,
  prompt: Type.String({ minLength: 1, maxLength: 500_000, pattern: '^[^\\u0000]*$' }),
  idempotency_key: Type.Optional(Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' })),
  fresh: Type.Optional(Type.Boolean()),
  now: Type.Optional(Type.Boolean()),
  retry: Type.Optional(Type.Boolean()),
  /** Files of this session, by their ids, in the order in which the agent shall get them. */
  attachments: Type.Optional(Type.Array(Id, { maxItems: attachmentLimits.per_prompt, uniqueItems: true })),
})
export const Stop = strict({ id: Id, task_id: Type.Optional(Id) })
export const OnSession = strict({ id: Id })

/** What an executor tells of its harness between the messages. */
export const Report = strict({
  id: Id,
  plan: Type.Optional(Type.Unknown()),
  commands: Type.Optional(Type.Unknown()),
  offered: Type.Optional(Json),
  usage: Type.Optional(Json),
})

export const Diff = strict({ id: Id, task_id: Type.Optional(Id) })

export const SessionInfo = strict({
  id: Id,
  status: words(sessionStatuses),
  last_ending: nullable(words(terminalStatuses)),
  title: nullable(Type.String()),
  harness: Type.String(),
  model: nullable(Type.String()),
  mode: nullable(Type.String()),
  permission_mode: words(permissionModes),
  cwd: Type.String(),
  worktree_id: Id,
  runtime: strict({ id: Id, name: Type.String(), offline_since: nullable(Timestamp) }),
  node: Id,
  agent_session_id: nullable(Type.String()),
  can_resume: Type.Boolean(),
  has_session_error: Type.Boolean(),
  executing_task_id: nullable(Id),
  held_by_task_id: nullable(Id),
  queued: Type.Integer(),
  pending_requests: Type.Integer(),
  last_seq: Type.Integer(),
  created_by: nullable(Id),
  created_at: Timestamp,
  last_activity_at: Timestamp,
})

const newPlace = {
  /** In the same worktree, or in a new one. */
  worktree: Type.Optional(words(['same', 'new'] as const)),
  /** Of the new worktree and its branch; made up from the source's if left out. */
  name: Type.Optional(Text(63)),
}
/** `from_task_id`: the task at whose end the fork begins; by default the newest that has ended. */
export const Fork = strict({ id: Id, from_task_id: Type.Optional(Id), ...newPlace })

const { worktree_id: _, harness, ...choices } = SessionCreate.properties
/** What is left out is as the parent has it; model, mode and config only with the parent's harness. */
export const Spawn = strict({
  id: Id,
  prompt: Prompt.properties.prompt,
  harness: Type.Optional(harness),
  ...choices,
  ...newPlace,
  /** Whether the parent hears how the prompt ended; by default if the caller may prompt it. */
  notify_parent: Type.Optional(Type.Boolean()),
})

/** A session and what came from it, as far as the caller may view it. `children` are of this same form. */
export const Family = strict({
  id: Id,
  title: nullable(Type.String()),
  status: words(sessionStatuses),
  kind: words(['root', 'fork', 'spawn'] as const),
  children: Type.Array(Type.Unknown()),
})

export const SessionError = strict({ has_session_error: Type.Boolean() })
/** What a repair retired, by the harness's own ids. */
export const SessionRepair = strict({
  invalidated_count: Type.Integer(),
  invalidated_session_ids: Type.Array(Type.String()),
})

/** How far a person has looked into a session's log. */
export const Seen = strict({
  user_id: Id,
  session_id: Id,
  /** What has a later `seq` is new to them. */
  seen_seq: Type.Integer({ minimum: 0 }),
  seen_at: Timestamp,
})
export const SeenCreate = strict({ session_id: Id, seen_seq: Seen.properties.seen_seq })

export const SessionEvent = strict({
  seq: Type.Integer(),
  type: Type.String(),
  data: Type.Unknown(),
  at: Timestamp,
})

export type Session = Static<typeof Session>
export type SessionInfo = Static<typeof SessionInfo>
export type Seen = Static<typeof Seen>
export type SessionEvent = Static<typeof SessionEvent>
export type PermissionMode = (typeof permissionModes)[number]
/** A node of a family's tree. */
export type Family = Omit<Static<typeof Family>, 'children'> & { children: Family[] }
export type SessionRepair = Static<typeof SessionRepair>
