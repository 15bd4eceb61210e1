import { YardmasterError } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'

const edit = statement<[number, string, string, string | null, number | null], { wire: object }>(
  'edit-task',
  logged(
    'tasks patched',
    `update tasks t set prompt = coalesce($4, t.prompt), position = coalesce($5, t.position)
     where t.id = $3 and t.session_id = $2 and t.status = 'queued' and ($4::text is null or t.attempt = 0)
     returning ${presentTask('t')} as wire`,
  ),
)

/**
 * Changes a prompt, or its place in the queue, while it waits. What was claimed before and is queued again keeps its text: it
 * may stand in the transcript by now, and the run that was given it may still come back.
 *
 * @throws NOT_QUEUED
 */
export function editTask(
  ledger: Ledger,
  task: { id: string; session_id: string },
  guard: Guard,
  change: { prompt?: string; position?: number },
): Promise<object> {
  return inSession(ledger, task.session_id, guard, 1, async (session) => {
    const wire = await session.log('tasks', 'patched', (...at) =>
      edit(...at, task.id, change.prompt ?? null, change.position ?? null),
    )
    if (!wire) throw await notQueued(session.tx, task.id)
    return wire
  })
}

const exists = statement<[string], { queued: boolean }>(
  'task-is-queued',
  "select status = 'queued' as queued from tasks where id = $1",
)

async function notQueued(tx: Parameters<typeof exists>[0], id: string): Promise<YardmasterError> {
  const [row] = await exists(tx, id)
  if (!row) return new YardmasterError('NOT_FOUND')
  return row.queued
    ? new YardmasterError('NOT_QUEUED', 'The task was given to an agent before, and keeps its text.')
    : new YardmasterError('NOT_QUEUED')
}
