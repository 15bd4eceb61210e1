import { isTerminal, type TaskStatus, transitions, YardmasterError } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import { asSystem, type HeldSession, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'
import { finishMessages } from '../messages/finish-messages.js'
import { waitingIn } from '../queue/prompt.js'
import { cancelRequests } from '../requests/cancel-requests.js'
import { closeFence } from '../sessions/update-session.js'
import { type Attempt, holds } from './fence.js'
import {
  type ReportArgs,
  rememberAgentSession,
  reportArgs,
  reportAssignments,
  type TaskReport,
} from './task-report.js'

export type Ending = 'completed' | 'failed' | 'timed_out' | 'stopped'

const quoted = (statuses: readonly string[]) => statuses.map((status) => `'${status}'`).join()

// A stop may only end what was asked to stop; any other ending beats a stop that was asked meanwhile.
const end = statement<
  [number, string, string, ...ReportArgs, number, Ending, string | null, string | null, string | null],
  { wire: object }
>(
  'end-task',
  logged(
    'tasks patched',
    `update tasks t set status = $10, completed_at = coalesce($11::timestamptz, clock_timestamp()), ended_seq = $1,
       failure_reason = $12, error = $13::jsonb, lease_expires_at = null, ${reportAssignments}
     where t.id = $3 and t.session_id = $2 and t.attempt = $9
       and ($10 = 'stopped' and t.status in (${quoted(transitions.stopped.from)})
            or $10 <> 'stopped' and t.status in (${quoted(transitions.end.from)}))
     returning ${presentTask('t')} as wire`,
  ),
)
const current = statement<[string], { wire: { status: TaskStatus; attempt: number } }>(
  'ended-task',
  `select ${presentTask('t')} as wire from tasks t where t.id = $1`,
)
const suspect = statement<[string], never>(
  'suspect-agent-session',
  `update agent_sessions a set state = 'suspect', reason = 'resume refused'
   from sessions s where s.id = $1 and a.session_id = s.id and a.agent_session_id = s.agent_session_id
     and a.state = 'usable'`,
)

/**
 * An attempt ends. Its requests are cancelled, its unfinished messages finished, and its session is free, in one
 * transaction; when prompts wait behind an ending that was not a good one, the session is held.
 * The same attempt saying the same ending again gets the stored row.
 *
 * @throws FENCED for an older attempt, TASK_TERMINAL for another ending, INVALID_TRANSITION for a `stopped` nobody asked
 */
export function endTask(ledger: Ledger, run: Attempt, status: Ending, report: TaskReport): Promise<object> {
  return inSession(ledger, run.session_id, asSystem, 2, (session) => endIn(session, run, status, report))
}

/** As {@link endTask}, under a lock that is already held. */
export async function endIn(
  session: HeldSession,
  run: Attempt,
  status: Ending,
  report: TaskReport,
): Promise<object> {
  if (!holds(session.row, run)) return refuseOrRepeat(session, run, status)
  await rememberAgentSession(session, report)
  const wire = await session.log('tasks', 'patched', (...at) =>
    end(
      ...at,
      run.task_id,
      ...reportArgs(report),
      run.attempt,
      status,
      report.completed_at ?? null,
      status === 'completed' || status === 'stopped' ? null : (report.failure_reason ?? null),
      report.error ? JSON.stringify(report.error) : null,
    ),
  )
  if (!wire) throw new YardmasterError('INVALID_TRANSITION', 'Nobody asked this task to stop.')
  await finishMessages(session, run)
  await cancelRequests(session, run.task_id)
  if (report.failure_reason === 'agent_session_lost') await suspect(session.tx, run.session_id)
  const held = status !== 'completed' && (await waitingIn(session)) > 0 ? run.task_id : null
  await closeFence(session, status, held)
  return wire
}

async function refuseOrRepeat(session: HeldSession, run: Attempt, status: Ending): Promise<object> {
  const [task] = await current(session.tx, run.task_id)
  if (!task) throw new YardmasterError('NOT_FOUND')
  if (task.wire.attempt !== run.attempt) throw new YardmasterError('FENCED')
  if (task.wire.status === status) return task.wire
  throw new YardmasterError(isTerminal(task.wire.status) ? 'TASK_TERMINAL' : 'FENCED')
}
