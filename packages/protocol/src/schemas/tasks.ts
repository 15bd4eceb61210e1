import { Type } from '@sinclair/typebox'
import { failureReasons, taskStatuses } from '../states.js'
import { AttachmentRef } from './attachments.js'
import { Id, Json, nullable, type Static, strict, Text, Timestamp, words } from './common.js'
import { Prompt } from './sessions.js'

const Count = nullable(Type.Integer({ minimum: 0 }))
const Snapshot = Type.Object(
  {
    sha: nullable(Text(64)),
    branch: nullable(Text(1000)),
    dirty: Type.Boolean(),
    /** Commit of the whole working tree, untracked files included, kept under `refs/yardmaster/`. */
    snapshot: Type.Optional(nullable(Text(64))),
  },
  { additionalProperties: false },
)

/** The worktree before and after a run, and what the run changed in it. Line counts are null for binary files. */
export const GitState = strict({
  start: nullable(Snapshot),
  end: nullable(Snapshot),
  files: Type.Array(
    strict({
      path: Type.String(),
      status: Type.String(),
      added: Count,
      removed: Count,
      old_path: Type.Optional(Type.String()),
    }),
  ),
})

export const TaskError = strict({ message: Text(10_000), detail: Type.Optional(Text(100_000)) })

export const Task = strict({
  id: Id,
  session_id: Id,
  worktree_id: Id,
  runtime_id: Id,
  created_by: nullable(Id),
  prompt: Type.String(),
  /** What came with the prompt, in its order. */
  attachments: Type.Array(AttachmentRef),
  status: words(taskStatuses),
  attempt: Type.Integer(),
  max_attempts: Type.Integer(),
  lease_expires_at: nullable(Timestamp),
  created_at: Timestamp,
  started_at: nullable(Timestamp),
  completed_at: nullable(Timestamp),
  failure_reason: nullable(words(failureReasons)),
  error: nullable(TaskError),
  git_state: nullable(GitState),
  agent_session_id: nullable(Type.String()),
  work_dir: nullable(Type.String()),
  resume_decision: Type.Unknown(),
  usage: Type.Unknown(),
  model: nullable(Type.String()),
  stop_requested_at: nullable(Timestamp),
  position: Type.Number(),
  /** Why it went back to its queue, the last time it did. */
  requeue_reason: nullable(words(failureReasons)),
  idempotency_key: nullable(Type.String()),
  fresh: Type.Boolean(),
  /** Its ending is told to the session that spawned its own. */
  tells_parent: Type.Boolean(),
  retry: Type.Boolean(),
})

const { id: _, ...prompt } = Prompt.properties
/** The same as `sessions.prompt`, said from the task's side. */
export const TaskCreate = strict({ session_id: Id, ...prompt })

/** `session_id` is taken only to be compared with the stored one. */
export const TaskUserPatch = Type.Partial(
  strict({
    session_id: Id,
    prompt: Prompt.properties.prompt,
    position: Type.Number({ minimum: -1e15, maximum: 1e15 }),
  }),
  { additionalProperties: false, minProperties: 1 },
)

/** What an executor may say of its own attempt. */
export const TaskExecutorPatch = Type.Partial(
  strict({
    session_id: Id,
    status: words(['running', 'completed', 'failed', 'timed_out'] as const),
    completed_at: Timestamp,
    failure_reason: words(failureReasons),
    error: TaskError,
    git_state: GitState,
    agent_session_id: Text(500),
    work_dir: Text(4096),
    usage: Json,
    model: Text(200),
  }),
  { additionalProperties: false, minProperties: 1 },
)

/** What a runtime may say of an attempt that it holds or held. */
export const TaskRuntimePatch = strict({
  session_id: Type.Optional(Id),
  attempt: Type.Integer({ minimum: 1 }),
  status: words(['completed', 'failed', 'timed_out', 'stopped'] as const),
  completed_at: Type.Optional(Timestamp),
  failure_reason: Type.Optional(words(failureReasons)),
  error: Type.Optional(TaskError),
  git_state: Type.Optional(GitState),
  agent_session_id: Type.Optional(Text(500)),
  work_dir: Type.Optional(Text(4096)),
  usage: Type.Optional(Json),
  model: Type.Optional(Text(200)),
})

export type Task = Static<typeof Task>
export type GitState = Static<typeof GitState>
export type TaskExecutorPatch = Static<typeof TaskExecutorPatch>
export type TaskRuntimePatch = Static<typeof TaskRuntimePatch>
