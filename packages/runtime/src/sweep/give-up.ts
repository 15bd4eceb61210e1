import type { TaskStatus } from '@yardmaster/protocol'
import { maybeRow, statement } from '@yardmaster/store'
import { endIn } from '../attempt/end.js'
import { type Attempt, holds } from '../attempt/fence.js'
import { afterFailure, requeue } from '../attempt/requeue.js'
import { asSystem, type HeldSession, inSession, type Ledger } from '../ledger/ledger.js'

const find = statement<[string, string | null], { status: TaskStatus; started: boolean }>(
  'task-to-give-up',
  `select status, coalesce(started_attempt = attempt, false) as started
   from tasks where id = $1 and ($2::timestamptz is null or lease_expires_at < $2)`,
)
const markGivenUp = statement<[string], never>(
  'mark-given-up',
  "update tasks set given_up_at = clock_timestamp() where id = $1 and status = 'failed'",
)

const messages = {
  runtime_lost: 'The runtime that ran it was lost; how far it came is not known.',
  lease_expired: 'No runtime started it in time, and its attempts are used up.',
}

/**
 * Nobody looks after this attempt any more. What never started goes back to its queue while attempts are left; what
 * had started fails, because nobody knows how far it came, unless its prompt allowed another try. Until it is claimed
 * anew, the runtime may come back and be believed.
 *
 * @param out_at only if its lease was out at this moment of the database's clock, looked at under the lock
 */
export function giveUp(ledger: Ledger, run: Attempt, out_at: string | null = null): Promise<void> {
  return inSession(ledger, run.session_id, asSystem, 2, async (session) => {
    if (!holds(session.row, run)) return
    const task = maybeRow(await find(session.tx, run.task_id, out_at))
    if (task) await settle(session, run, task.started || task.status === 'stopping')
  })
}

async function settle(session: HeldSession, run: Attempt, started: boolean): Promise<void> {
  const failure_reason = started ? 'runtime_lost' : 'lease_expired'
  if ((await afterFailure(session, run, failure_reason)) === 'queued') {
    await requeue(session, run, failure_reason, true)
    return
  }
  await endIn(session, run, 'failed', { failure_reason, error: { message: messages[failure_reason] } })
  await markGivenUp(session.tx, run.task_id)
}
