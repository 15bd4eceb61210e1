import type { Level, Role } from '@yardmaster/protocol'
import { accessVersion, statement } from '@yardmaster/store'

export interface LockedSession {
  id: string
  worktree_id: string
  runtime_id: string
  created_by: string | null
  last_seq: number
  executing_task_id: string | null
  executing_attempt: number | null
  held_by_task_id: string | null
  archived_at: Date | null
  /** As it was when the lock was asked for: the events that follow carry it. */
  access_version: number
}

/** What the asking user may do in a session, and whether they are still let in. */
export interface Asker {
  level: Level
  role: Role
  epoch: number
  disabled: boolean
  /** The API token of the call was revoked or has expired. */
  token_ended: boolean
}

/**
 * Takes the session's row and `$2` numbers of its log. The returned fence is that of the row after any wait:
 * Postgres evaluates RETURNING on the version it has locked, where a fence looked up in a join would be read
 * from the snapshot of before the wait and would let a stale writer through.
 */
export const lockSession = statement<[string, number], LockedSession>(
  'lock-session',
  `update sessions s set last_seq = s.last_seq + $2, last_activity_at = clock_timestamp()
   where s.id = $1
   returning s.id, s.worktree_id, s.runtime_id, s.created_by, s.last_seq, s.executing_task_id,
     s.executing_attempt, s.held_by_task_id, s.archived_at, ${accessVersion} as access_version`,
)

/**
 * Looks at the user anew, once the lock is had. In the locking statement itself the grants would be read from its
 * snapshot, of before the wait: a call that waited would be let through by a grant that went meanwhile (tried: it is).
 */
export const askerIn = statement<[user_id: string, worktree_id: string, token_id: string | null], Asker>(
  'asker-in-worktree',
  `select access_level(u.id, $2) as level, u.role, u.auth_epoch as epoch, u.disabled_at is not null as disabled,
     $3::uuid is not null and not exists (
       select from api_tokens k where k.id = $3 and coalesce(k.expires_at > clock_timestamp(), true)) as token_ended
   from users u where u.id = $1`,
)

/** Corrects the log's end when more or fewer events were written than numbers were taken. */
export const setLastSeq = statement<[string, number], never>(
  'set-last-seq',
  'update sessions set last_seq = $2 where id = $1',
)

/** Holds the session's row without an event: for lease renewals and streaming flushes. */
export const holdSession = statement<
  [string],
  { executing_task_id: string | null; executing_attempt: number | null }
>('hold-session', 'select executing_task_id, executing_attempt from sessions where id = $1 for no key update')

/** The same of several, in their order. */
export const holdSessions = statement<[session_ids: string[]], never>(
  'hold-sessions',
  'select from sessions where id = any($1) order by id for no key update',
)

/** Holds the sessions in which these tasks execute, in their order: for renewals and adoptions, which are no events. */
export const holdSessionsOf = statement<[task_ids: string[]], { id: string }>(
  'hold-sessions-of-tasks',
  'select id from sessions where executing_task_id = any($1) order by id for no key update',
)
