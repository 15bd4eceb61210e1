import { isTerminal, type TaskStatus, transitions, YardmasterError } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import { type Guard, type HeldSession, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { settleHold } from '../queue/hold.js'
import { cancelRequests } from '../requests/close-requests.js'
import { touchSession } from '../sessions/update-session.js'

type Wire = { wire: { id: string; status: TaskStatus } }

const stop = statement<[number, string, string], Wire>(
  'stop-task',
  logged(
    'tasks patched',
    `update tasks t set status = 'stopping', stop_requested_at = coalesce(t.stop_requested_at, clock_timestamp())
     where t.id = $3 and t.session_id = $2
       and t.status in (${quoted(transitions.stop.from)})
     returning ${presentTask('t')} as wire`,
  ),
)
const cancel = statement<[number, string, string], Wire>(
  'cancel-task',
  logged(
    'tasks patched',
    `update tasks t set status = 'cancelled', stop_requested_at = clock_timestamp(),
       completed_at = clock_timestamp(), ended_seq = $1
     where t.id = $3 and t.session_id = $2 and t.status = 'queued' returning ${presentTask('t')} as wire`,
  ),
)
const find = statement<[string, string], Wire>(
  'task-of-session',
  `select ${presentTask('t')} as wire from tasks t where t.session_id = $1 and t.id = $2`,
)

/**
 * Asks for a stop: durable at once, carried out by whoever holds the task. Of a queued task it is the cancel.
 * Asking again changes nothing and answers the same.
 *
 * @param task_id the task that is meant; without it, the one that executes now
 * @throws NOTHING_RUNS, NOT_FOUND for a task of another session, TASK_TERMINAL for one that has ended
 */
export function stopTask(
  ledger: Ledger,
  session_id: string,
  guard: Guard,
  task_id?: string,
): Promise<object> {
  return inSession(ledger, session_id, guard, 2, async (session) => {
    const meant = task_id ?? session.row.executing_task_id
    if (!meant) throw new YardmasterError('NOTHING_RUNS')
    const [found] = await find(session.tx, session_id, meant)
    if (!found) throw new YardmasterError('NOT_FOUND')
    if (isTerminal(found.wire.status)) throw new YardmasterError('TASK_TERMINAL')
    if (found.wire.status === 'queued') return cancelQueued(session, meant)
    return (await stopExecuting(session)) ?? found.wire
  })
}

/** Marks what executes as stopping and takes its questions back. Null when it was stopping already. */
export async function stopExecuting(session: HeldSession): Promise<object | null> {
  const task_id = session.row.executing_task_id!
  const wire = await session.log('tasks', 'patched', (...at) => stop(...at, task_id))
  if (!wire) return null
  await cancelRequests(session, task_id)
  await touchSession(session)
  return wire
}

async function cancelQueued(session: HeldSession, task_id: string): Promise<object> {
  const wire = await session.log('tasks', 'patched', (...at) => cancel(...at, task_id))
  await settleHold(session)
  return wire!
}
