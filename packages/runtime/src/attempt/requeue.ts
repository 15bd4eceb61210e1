import { transitions } from '@yardmaster/protocol'
import { maybeRow, presentTask, statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { finishMessages } from '../messages/finish-messages.js'
import { cancelRequests } from '../requests/close-requests.js'
import { closeFence } from '../sessions/update-session.js'
import type { Attempt } from './fence.js'

const find = statement<[string], { started: boolean; retry: boolean; attempts_left: boolean; stop: boolean }>(
  'task-to-run-again',
  `select started_attempt = attempt as started, retry, attempt < max_attempts as attempts_left,
     stop_requested_at is not null as stop
   from tasks where id = $1`,
)
const requeueTask = statement<[number, string, string, number, string, boolean], { wire: object }>(
  'requeue-task',
  logged(
    'tasks patched',
    `update tasks t set status = 'queued', lease_expires_at = null, requeue_reason = $5,
       given_up_at = case when $6 then clock_timestamp() end
     where t.id = $3 and t.session_id = $2 and t.attempt = $4 and t.stop_requested_at is null
       and t.status in (${quoted(transitions.requeue.from)})
     returning ${presentTask('t')} as wire`,
  ),
)

// Endings that say nothing of the prompt itself.
const passing = ['runtime_lost', 'lease_expired', 'executor_died', 'harness_died', 'network']

// Before the start these say that nobody has seen the prompt. A harness that dies by then is more likely broken than
// unlucky, and whoever waits is better told at once.
const harmless = ['lease_expired', 'executor_died']

/**
 * What becomes of an attempt that failed. It is queued again if nothing had started and its runtime or executor was lost,
 * or if the prompt itself allowed it and the failure was none of the prompt's; never past a stop. An executor that died
 * when a stop was asked, whoever was quicker, has stopped: its runtime says that it died once no process of it is left.
 */
export async function afterFailure(
  session: HeldSession,
  { task_id }: Attempt,
  reason: string | undefined,
): Promise<'queued' | 'stopped' | 'failed'> {
  if (!reason || !passing.includes(reason)) return 'failed'
  const task = maybeRow(await find(session.tx, task_id))
  if (task?.stop && reason === 'executor_died') return 'stopped'
  if (!task || task.stop || !task.attempts_left) return 'failed'
  return task.retry || (!task.started && harmless.includes(reason)) ? 'queued' : 'failed'
}

/**
 * The task goes back to its queue, where it was; the attempt stays what it is and grows at the next claim.
 *
 * @param given_up its runtime may still come back and go on, until then
 */
export async function requeue(
  session: HeldSession,
  run: Attempt,
  reason: string,
  given_up: boolean,
): Promise<object> {
  const wire = await session.log('tasks', 'patched', (...at) =>
    requeueTask(...at, run.task_id, run.attempt, reason, given_up),
  )
  if (!wire) throw new Error(`Task ${run.task_id} cannot be queued again from where it is.`)
  await finishMessages(session, run)
  await cancelRequests(session, run.task_id)
  await closeFence(session, null, session.row.held_by_task_id)
  return wire
}
