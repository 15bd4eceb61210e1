import { createHash } from 'node:crypto'
import type { Db } from '@yardmaster/store'

/**
 * A session with a row of everything, for one call alone: what a call changes is nobody else's, and what it may not change
 * can be compared. Ids are made from its number, so that the rows of thousands are written by a few statements.
 */
export interface Scene {
  number: number
  state: SceneState
  worktree_id: string
  runtime_id: string
  created_by: string
  /** Whether it was they who put the file there that no prompt has taken. */
  puts: boolean
}

/**
 * `running`: its task waits for an answer. `claimed`: its task was not started yet. `idle`: its task has ended. `held`: the
 * same, and its queue is held by the one before.
 */
export type SceneState = 'running' | 'claimed' | 'idle' | 'held'

type Part =
  | 'session'
  | 'task'
  | 'ended'
  | 'queued'
  | 'message'
  | 'request'
  | 'allowance'
  | 'attachment'
  | 'unsent'
  | 'nonce'

/** The same in SQL: `md5('<part> <number>')::uuid`. */
export const idIn = (part: Part, number: number): string =>
  createHash('md5')
    .update(`${part} ${number}`)
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')

const id = (part: Part): string => `md5('${part} ' || n)::uuid`

// The older attempt of `task` was 1, the present one is 2; `ended` ended before it, `queued` waits behind it.
const writes = [
  `insert into sessions (id, worktree_id, node_id, runtime_id, harness, title, created_by, last_seq,
     executing_task_id, executing_attempt, held_by_task_id)
   select ${id('session')}, worktree_id, node_id, runtime_id, 'shell', 'scene ' || n, created_by, 4,
     case when executes then ${id('task')} end, case when executes then 2 end,
     case when state = 'held' then ${id('ended')} end
   from scenes, installation`,
  `insert into tasks (id, session_id, worktree_id, runtime_id, created_by, prompt, status, attempt, started_attempt,
     nonce, lease_expires_at, started_at, completed_at, ended_seq, position, attachments)
   select ${id('task')}, ${id('session')}, worktree_id, runtime_id, created_by, 'the task',
     case state when 'running' then 'awaiting_permission' when 'claimed' then 'dispatched' else 'completed' end,
     2, case when state <> 'claimed' then 2 end, ${id('nonce')},
     case when executes then clock_timestamp() + interval '1 day' end,
     case when state <> 'claimed' then clock_timestamp() end,
     case when not executes then clock_timestamp() end, case when not executes then 3 end, 2,
     jsonb_build_array(
       jsonb_build_object('id', ${id('attachment')}, 'name', 'a.txt', 'media_type', 'text/plain', 'size', 1))
   from scenes
   union all
   select ${id('ended')}, ${id('session')}, worktree_id, runtime_id, created_by, 'the one before', 'failed', 1, 1,
     ${id('nonce')}, null, clock_timestamp(), clock_timestamp(), 2, 1, '[]'
   from scenes
   union all
   select ${id('queued')}, ${id('session')}, worktree_id, runtime_id, created_by, 'the one behind', 'queued', 0, null,
     null, null, null, null, null, 3, '[]'
   from scenes`,
  `insert into messages (id, session_id, task_id, worktree_id, attempt, seq, type, role, content, client_id, status)
   select ${id('message')}, ${id('session')}, ${id('task')}, worktree_id, 2, 4, 'text', 'agent',
     '[{"type": "text", "text": "hello"}]', 'a message', 'streaming'
   from scenes`,
  `insert into permission_requests (id, session_id, task_id, worktree_id, attempt, client_id, tool_call, options, status)
   select ${id('request')}, ${id('session')}, ${id('task')}, worktree_id, 2, 'a request', '{"title": "rm"}',
     '[{"option_id": "yes", "name": "Yes", "kind": "allow_once"}]',
     case state when 'running' then 'pending' else 'cancelled' end
   from scenes`,
  `insert into allowances (id, session_id, worktree_id, kind, title, subject, option_kind, option_name)
   select ${id('allowance')}, ${id('session')}, worktree_id, 'execute', 'ls', '[]', 'allow_always', 'Always'
   from scenes`,
  `insert into attachments (id, session_id, worktree_id, name, media_type, size, content, created_by, sent_at)
   select ${id('attachment')}, ${id('session')}, worktree_id, 'a.txt', 'text/plain', 1, 'x'::bytea, created_by,
     clock_timestamp()
   from scenes
   union all
   select ${id('unsent')}, ${id('session')}, worktree_id, 'b.txt', 'text/plain', 1, 'x'::bytea,
     case when puts then created_by end, null
   from scenes`,
  `insert into session_events (session_id, seq, type, data)
   select ${id('session')}, 4, 'messages created', jsonb_build_object('id', ${id('message')}) from scenes`,
]

const scenes = `with scenes as (
  select s.*, s.number as n, s.state in ('running', 'claimed') as executes
  from jsonb_to_recordset($1::jsonb)
    as s(number integer, state text, worktree_id uuid, runtime_id uuid, created_by uuid, puts boolean))`

export async function buildScenes(db: Db, wanted: Scene[]): Promise<void> {
  for (const write of writes) await db.query({ text: `${scenes} ${write}`, values: [JSON.stringify(wanted)] })
}
