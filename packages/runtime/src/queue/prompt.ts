import { YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentTask, statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import { stopExecuting } from '../attempt/stop.js'
import { type Guard, type HeldSession, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'
import { setHeldBy, touchSession } from '../sessions/update-session.js'
import { takeAttachments } from './attachments.js'

export interface NewPrompt {
  prompt: string
  /** Ids of files that come with it. */
  attachments?: readonly string[]
  /** Repeats of the same prompt under the same key answer the first task. */
  idempotency_key?: string
  /** Begin a new conversation with the harness. */
  fresh?: boolean
  /** Stop what runs and go first. */
  now?: boolean
  /** May run again after its runtime was lost in the middle. */
  retry?: boolean
  /** The session that spawned this one hears how it ends. */
  tells_parent?: boolean
}

const findByKey = statement<[string, string], { wire: { prompt: string; attachments: object[] } }>(
  'find-task-by-key',
  `select ${presentTask('t')} as wire from tasks t where t.session_id = $1 and t.idempotency_key = $2`,
)

// A task stays where it was queued for: its runtime is the session's of this moment. `now` goes before the
// first, everything else behind the last, which may be the one that executes: that may be queued again, where it was.
const insertTask = statement<
  [number, string, string, string | null, string, string | null, boolean, boolean, boolean, boolean, string],
  { wire: object }
>(
  'insert-task',
  logged(
    'tasks created',
    `insert into tasks as t (id, session_id, worktree_id, exclusive_worktree_id, runtime_id, created_by, prompt,
       idempotency_key, fresh, retry, goes_first, tells_parent, attachments, position)
     select $3, s.id, s.worktree_id, case when w.parallel_writers then null else w.id end, s.runtime_id, $4, $5,
       $6, $7, $8, $9, $10, $11::jsonb,
       case when $9 then coalesce((select min(q.position) from tasks q where q.session_id = s.id and q.status = 'queued'), 1) - 1
            else greatest(0, (select max(q.position) from tasks q where q.session_id = s.id and q.status = 'queued'),
              (select e.position from tasks e where e.id = s.executing_task_id)) + 1 end
     from sessions s join worktrees w on w.id = s.worktree_id where s.id = $2
     returning ${presentTask('t')} as wire`,
  ),
)

/**
 * Queues a prompt behind what runs in the session, or before it.
 *
 * @param created_by the user who asks, whose keys and name the run will carry
 * @returns the queued task, or the first one made under the same idempotency key
 * @throws ARCHIVED, IDEMPOTENCY_MISMATCH, UNKNOWN_ATTACHMENT
 */
export function prompt(
  ledger: Ledger,
  session_id: string,
  guard: Guard,
  created_by: string | null,
  data: NewPrompt,
): Promise<object> {
  return inSession(ledger, session_id, guard, 2, (session) => promptIn(session, created_by, data))
}

/** As {@link prompt}, in a session that is held already. */
export async function promptIn(
  session: HeldSession,
  created_by: string | null,
  data: NewPrompt,
): Promise<object> {
  const earlier = data.idempotency_key
    ? maybeRow(await findByKey(session.tx, session.row.id, data.idempotency_key))
    : undefined
  if (earlier && !isSame(earlier.wire, data)) throw new YardmasterError('IDEMPOTENCY_MISMATCH')
  if (earlier) return earlier.wire
  if (session.row.archived_at) throw new YardmasterError('ARCHIVED')

  const attachments = await takeAttachments(session, created_by, data.attachments ?? [])
  const task = await session.log('tasks', 'created', (...at) =>
    insertTask(
      ...at,
      v7(),
      created_by,
      data.prompt,
      data.idempotency_key ?? null,
      data.fresh ?? false,
      data.retry ?? false,
      data.now ?? false,
      data.tells_parent ?? false,
      JSON.stringify(attachments),
    ),
  )
  if (data.now) await makeWay(session)
  else await touchSession(session)
  return task!
}

/** Who tries again may have put the files there again: they have other ids then. */
const isSame = (task: { prompt: string; attachments: object[] }, { prompt, attachments = [] }: NewPrompt) =>
  task.prompt === prompt && task.attachments.length === attachments.length

/** What runs is asked to stop, and nothing holds the queue. */
async function makeWay(session: HeldSession): Promise<void> {
  if (session.row.executing_task_id) await stopExecuting(session)
  await setHeldBy(session, null)
}
