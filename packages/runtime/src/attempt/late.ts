import { transitions } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { insertNotice } from '../messages/notice.js'
import { holderAfter, isWaitedIn } from '../queue/hold.js'
import { suspectAgentSession } from '../resume/pointer.js'
import { settleSession } from '../sessions/update-session.js'
import { type EndArgs, type Ending, endArgs, endAssignments } from './ending.js'
import type { Attempt } from './fence.js'
import { type ReportArgs, reportArgs, type TaskReport } from './task-report.js'

// Its runtime was given up, and nobody has claimed the task since: then the word of its last attempt still counts.
const end = statement<[number, string, string, ...ReportArgs, ...EndArgs], { wire: object }>(
  'end-task-late',
  logged(
    'tasks patched',
    `update tasks t set ${endAssignments}
     where t.id = $3 and t.session_id = $2 and t.attempt = $8 and t.given_up_at is not null
       and ($9 <> 'stopped' or t.stop_requested_at is not null)
       and t.status in (${quoted(transitions.end_late.from)})
     returning ${presentTask('t')} as wire`,
  ),
)

/**
 * The ending of an attempt whose runtime had been given up. It never moves the session's pointer: another run may
 * have recorded a newer conversation meanwhile.
 */
export async function endLate(
  session: HeldSession,
  run: Attempt,
  status: Ending,
  report: TaskReport,
  wasQueued: boolean,
): Promise<object | null> {
  const wire = await session.log('tasks', 'patched', (...at) =>
    end(...at, run.task_id, ...reportArgs(report), ...endArgs(run, status, report)),
  )
  if (!wire) return null
  if (report.failure_reason === 'agent_session_lost') await suspectAgentSession(session, run.task_id)
  await settleSession(session, status, await holderAfterLate(session, run.task_id, status, wasQueued))
  return wire
}

/** Others that waited behind the task wait on; what has gone past it meanwhile is not held up by it. */
async function holderAfterLate(
  session: HeldSession,
  task_id: string,
  status: Ending,
  wasQueued: boolean,
): Promise<string | null> {
  const { held_by_task_id, executing_task_id } = session.row
  if (held_by_task_id && held_by_task_id !== task_id)
    return (await isWaitedIn(session)) ? held_by_task_id : null
  if (held_by_task_id || (wasQueued && !executing_task_id)) return holderAfter(session, task_id, status)
  return null
}

// A runtime's guess about an executor that is gone; what the run itself said was accepted before.
const guesses = ['executor_died', 'cannot_start']

/** An ending that nothing can be done with is kept in the transcript, once per attempt. */
export async function keepLate(
  session: HeldSession,
  { task_id, attempt }: Attempt,
  status: Ending,
  { failure_reason, error }: TaskReport,
): Promise<void> {
  if (failure_reason && guesses.includes(failure_reason)) return
  const why = (error as { message?: string } | undefined)?.message ?? failure_reason
  await insertNotice(session, {
    task_id,
    attempt,
    client_id: 'late-ending',
    text: `Attempt ${attempt} said too late that it had ended: ${status}${why ? ` (${why})` : ''}.`,
  })
}
