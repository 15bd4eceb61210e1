import {
  type ErrorCode,
  isTerminal,
  type TaskStatus,
  transitions,
  YardmasterError,
} from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import { asSystem, type HeldSession, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { finishMessages } from '../messages/finish-messages.js'
import { holderAfter } from '../queue/hold.js'
import { cancelRequests } from '../requests/close-requests.js'
import { rememberAgentSession, suspectAgentSession } from '../resume/pointer.js'
import { closeFence } from '../sessions/update-session.js'
import { completeAtOnce } from './complete.js'
import { type EndArgs, type Ending, endArgs, endAssignments } from './ending.js'
import { type Attempt, holds } from './fence.js'
import { endLate, keepLate } from './late.js'
import { afterFailure, requeue } from './requeue.js'
import { type ReportArgs, reportArgs, type TaskReport } from './task-report.js'

interface Ended {
  wire: object
  /** A message of the attempt is still in the making. */
  unfinished: boolean
  /** The attempt still waits for an answer. */
  asking: boolean
}

// A stop may only end what was asked to stop; any other ending beats a stop that was asked meanwhile.
// What is left open is looked for in the same statement: most endings leave nothing, and need no further look.
const end = statement<[number, string, string, ...ReportArgs, ...EndArgs], Ended>(
  'end-task',
  logged(
    'tasks patched',
    `update tasks t set ${endAssignments}
     where t.id = $3 and t.session_id = $2 and t.attempt = $8
       and ($9 = 'stopped' and t.status in (${quoted(transitions.stopped.from)})
            or $9 <> 'stopped' and t.status in (${quoted(transitions.end.from)}))
     returning ${presentTask('t')} as wire`,
    [
      `exists(select from messages m where m.task_id = $3 and m.attempt = $8 and m.status = 'streaming') as unfinished`,
      `exists(select from permission_requests r where r.task_id = $3 and r.status = 'pending') as asking`,
    ],
  ),
)
const current = statement<[string], { wire: { status: TaskStatus; attempt: number } }>(
  'ended-task',
  `select ${presentTask('t')} as wire from tasks t where t.id = $1`,
)

/**
 * An attempt ends. Its requests are cancelled, its unfinished messages finished, and its session is free, in one
 * transaction; when prompts wait behind an ending that was not a good one, the session is held.
 * The same attempt saying the same ending again gets the stored row. An ending that comes after its runtime was given
 * up still counts, as long as the task was not claimed anew; any other late one is kept in the transcript, once.
 *
 * @throws FENCED for an older attempt, TASK_TERMINAL for another ending, INVALID_TRANSITION for a `stopped` nobody asked
 */
export async function endTask(
  ledger: Ledger,
  run: Attempt,
  status: Ending,
  report: TaskReport,
): Promise<object> {
  const completed = status === 'completed' && (await completeAtOnce(ledger, run, report))
  if (completed) return completed
  const answer = await inSession(ledger, run.session_id, asSystem, 2, (session) =>
    holds(session.row, run)
      ? endIn(session, run, status, report)
      : endAfterwards(session, run, status, report),
  )
  // What was logged is committed; the caller is told that it came too late.
  if ('refused' in answer) throw new YardmasterError(answer.refused as ErrorCode)
  return answer
}

/** Ends the attempt that holds the session, under its lock. */
export async function endIn(
  session: HeldSession,
  run: Attempt,
  status: Ending,
  report: TaskReport,
): Promise<object> {
  if (status === 'failed') {
    const next = await afterFailure(session, run, report.failure_reason)
    if (next === 'queued') return requeue(session, run, report.failure_reason as string, false)
    if (next === 'stopped') return endIn(session, run, 'stopped', { completed_at: report.completed_at })
  }
  await rememberAgentSession(session, run.task_id, report.agent_session_id, report.work_dir)
  let left: Ended | undefined
  const wire = await session.log('tasks', 'patched', async (...at) => {
    const rows = await end(...at, run.task_id, ...reportArgs(report), ...endArgs(run, status, report))
    left = rows[0]
    return rows
  })
  if (!wire) throw await whyNotEnded(session, run)
  if (left?.unfinished) await finishMessages(session, run)
  if (left?.asking) await cancelRequests(session, run.task_id)
  if (report.failure_reason === 'agent_session_lost') await suspectAgentSession(session, run.task_id)
  await closeFence(session, status, await holderAfter(session, run.task_id, status))
  return wire
}

async function whyNotEnded(session: HeldSession, { task_id }: Attempt): Promise<YardmasterError> {
  const there = (await current(session.tx, task_id)).length > 0
  return there
    ? new YardmasterError('INVALID_TRANSITION', 'Nobody asked this task to stop.')
    : new YardmasterError('NOT_FOUND')
}

async function endAfterwards(
  session: HeldSession,
  run: Attempt,
  status: Ending,
  report: TaskReport,
): Promise<object> {
  const [task] = await current(session.tx, run.task_id)
  if (!task) throw new YardmasterError('NOT_FOUND')
  const isSameAttempt = task.wire.attempt === run.attempt
  const isQueued = task.wire.status === 'queued'
  if (isSameAttempt && status === 'failed') {
    const next = await afterFailure(session, run, report.failure_reason)
    // It waits for its next attempt already, and this ending is no reason against that.
    if (next === 'queued' && isQueued) return task.wire
    if (next === 'stopped')
      return endAfterwards(session, run, 'stopped', { completed_at: report.completed_at })
  }
  const late = await endLate(session, run, status, report, isQueued)
  if (late) return late
  if (isSameAttempt && task.wire.status === status) return task.wire
  await keepLate(session, run, status, report)
  return { refused: isSameAttempt && isTerminal(task.wire.status) ? 'TASK_TERMINAL' : 'FENCED' }
}
