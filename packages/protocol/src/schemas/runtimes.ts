import { Type } from '@sinclair/typebox'
import { AttachmentRef } from './attachments.js'
import { Id, nullable, type Static, strict, Text } from './common.js'
import { Harness } from './places.js'
import { Session } from './sessions.js'

/** One attempt of one task, as a runtime names the processes it looks after. */
export const Run = strict({ task_id: Id, attempt: Type.Integer({ minimum: 1 }) })

export const RuntimeRegister = strict({
  id: Id,
  boot_id: Id,
  name: Text(200),
  harnesses: Type.Array(Harness),
  allowed_roots: Type.Array(Text(4096)),
  isolation: Text(50),
  max_concurrent: Type.Integer({ minimum: 1, maximum: 1000 }),
  /** Runs that outlived the runtime's last boot and go on under this one. */
  runs: Type.Array(Run),
})
export const RuntimeHeartbeat = strict({
  id: Id,
  boot_id: Id,
  runs: Type.Array(Run),
  /** Sessions and people of whom the runtime keeps a home, when it wants to know which of them are gone. */
  homes: Type.Optional(Type.Array(Id, { maxItems: 1000 })),
})
/**
 * `stop`: end them, then say `stopped`. `gone`: no longer this runtime's; end their processes and say nothing. `removed`:
 * of the sessions and people asked about, those that are no more.
 */
export const RuntimeOrders = strict({
  stop: Type.Array(Run),
  gone: Type.Array(Run),
  removed: Type.Optional(Type.Array(Id)),
})
export const RuntimeClaim = strict({
  id: Id,
  boot_id: Id,
  slots: Type.Integer({ minimum: 0, maximum: 1000 }),
  /** Runs the runtime knows of: any other of its dispatched ones was lost on the way and is offered again. */
  runs: Type.Array(Run),
})

/** Everything a run needs, as the claim answers it. `token` opens this attempt and nothing else. */
export const Assignment = strict({
  task: strict({
    id: Id,
    attempt: Type.Integer(),
    prompt: Type.String(),
    attachments: Type.Array(AttachmentRef),
    created_by: nullable(Id),
  }),
  session: strict({
    ...Type.Pick(Session, [
      'id',
      'harness',
      'permission_mode',
      'model',
      'mode',
      'config',
      'forked_from_session_id',
    ]).properties,
    /** Where the session that it was forked from works. */
    source_worktree_id: nullable(Id),
  }),
  worktree: strict({
    id: Id,
    /** The runtime that holds it. */
    runtime_id: Id,
    path: Type.String(),
    branch: Type.String(),
    repo_path: Type.String(),
  }),
  resume: strict({
    agent_session_id: nullable(Type.String()),
    work_dir: nullable(Type.String()),
    reason: Type.String(),
    /** The conversation of another session, to be gone on with in a copy. */
    fork_from: Type.Optional(Type.String()),
  }),
  /** Of the person who prompted: whose name commits carry (null: nobody's), and what the harness finds in its environment. */
  identity: strict({
    git: nullable(strict({ name: Type.String(), email: Type.String() })),
    env: Type.Record(Type.String(), Type.String()),
    /** Names of entries that the daemon cannot open any more. */
    unreadable: Type.Array(Type.String()),
  }),
  token: Type.String(),
})
export const Claimed = strict({ runs: Type.Array(Assignment) })

export type Run = Static<typeof Run>
export type Assignment = Static<typeof Assignment>
export type RuntimeOrders = Static<typeof RuntimeOrders>

/** An isolation that works on the host, and what the harness of a run has inside. */
export interface ShutIn {
  mode: 'bubblewrap' | 'unshare'
  /** Directories that are empty inside, but for what is bound back. */
  hidden: string[]
  /** Its home, kept from run to run. */
  home: string
  /** What it may read of what is hidden; `at` where it is seen elsewhere. */
  read: (string | { from: string; at: string })[]
  /** Directories of hidden ones that it may write. */
  write: string[]
}

/** What the executor reads from its standard input: the assignment and where to find everything. */
export interface ExecutorOrder extends Assignment {
  /** Base of the daemon's REST calls, like `http://127.0.0.1:3030`. */
  daemon_url: string
  harness: {
    command: string
    args: string[]
    env: Record<string, string>
    /** A copy that it makes of a conversation works where its source does, whatever directory is asked for. */
    forks_in_place?: boolean
  }
  /** How the harness and git in its worktree are kept from the rest of the host; null: not at all. */
  shut_in: ShutIn | null
  /** The worktree's directory had vanished, and was made anew from its branch. */
  made_anew: boolean
  /** Where the ending is written before it is sent. */
  spool_file: string
  /** A directory of this run's own, made when it is needed, for files that came with the prompt. */
  attachments_dir: string
  /** Milliseconds without a sign of life from the harness, and for the whole run; 0 is no limit. Both rest while a person is asked. */
  idle_timeout: number
  run_timeout: number
}

/** What lies in the spool: an ending that has not been accepted yet. */
export interface SpooledEnding {
  task_id: string
  attempt: number
  patch: Record<string, unknown>
}
