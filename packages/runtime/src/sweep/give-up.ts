import type { TaskStatus } from '@yardmaster/protocol'
import { maybeRow, presentTask, statement } from '@yardmaster/store'
import { endIn } from '../attempt/end.js'
import { type Attempt, holds } from '../attempt/fence.js'
import { asSystem, type HeldSession, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'
import { closeFence } from '../sessions/update-session.js'

interface State {
  status: TaskStatus
  attempts_left: boolean
  stop_requested: boolean
}

const find = statement<[string, boolean], State>(
  'task-to-give-up',
  `select status, attempt < max_attempts as attempts_left, stop_requested_at is not null as stop_requested
   from tasks where id = $1 and (not $2 or lease_expires_at < clock_timestamp())`,
)
const requeue = statement<[number, string, string, number], { wire: object }>(
  'requeue-task',
  logged(
    'tasks patched',
    `update tasks t set status = 'queued', lease_expires_at = null, boot_id = null, nonce = null
     where t.id = $3 and t.session_id = $2 and t.attempt = $4 and t.status = 'dispatched' and t.stop_requested_at is null
     returning ${presentTask('t')} as wire`,
  ),
)

/**
 * Nobody looks after this attempt any more. What never started goes back to its queue while attempts are left;
 * what had started fails, because nobody knows how far it came.
 *
 * @param only_expired only if its lease is out by the database's clock, looked at under the lock
 */
export function giveUp(ledger: Ledger, run: Attempt, only_expired = false): Promise<void> {
  return inSession(ledger, run.session_id, asSystem, 2, async (session) => {
    if (!holds(session.row, run)) return
    const state = maybeRow(await find(session.tx, run.task_id, only_expired))
    if (state) await settle(session, run, state)
  })
}

async function settle(session: HeldSession, run: Attempt, state: State): Promise<void> {
  const started = state.status !== 'dispatched'
  if (!started && state.attempts_left && !state.stop_requested) {
    await session.log('tasks', 'patched', (...at) => requeue(...at, run.task_id, run.attempt))
    await closeFence(session, null, session.row.held_by_task_id)
    return
  }
  await endIn(session, run, 'failed', {
    failure_reason: started ? 'runtime_lost' : 'lease_expired',
    error: {
      message: started
        ? 'The runtime that ran it was lost; how far it came is not known.'
        : 'No runtime started it in time, and its attempts are used up.',
    },
  })
}
