import { executingStatuses, YardmasterError } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import { atOnce } from '../ledger/at-once.js'
import { asSystem, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { rememberAgentSession } from '../resume/pointer.js'
import { touchSession } from '../sessions/update-session.js'
import { type Attempt, assertHolds } from './fence.js'
import {
  type ReportArgs,
  reportArgs,
  reportAssignments,
  reportColumns,
  reportFromHeld,
  type TaskReport,
} from './task-report.js'

const note = statement<[number, string, string, ...ReportArgs, number], { wire: object }>(
  'note-task',
  logged(
    'tasks patched',
    `update tasks t set ${reportAssignments}
     where t.id = $3 and t.session_id = $2 and t.attempt = $8
       and t.status in (${quoted(executingStatuses)})
     returning ${presentTask('t')} as wire`,
  ),
)

const noteAtOnce = atOnce<TaskReport>(
  'note-task-at-once',
  'tasks patched',
  reportColumns,
  `exists (select from tasks t
     where t.id = a.task_id and t.attempt = a.attempt and t.status in (${quoted(executingStatuses)}))`,
  `update tasks t set ${reportFromHeld} from held where t.id = held.task_id
   returning t.session_id, ${presentTask('t')} as wire`,
)

/** What an executor tells of its run without a change of status. @throws FENCED, NOT_FOUND */
export async function noteTask(ledger: Ledger, run: Attempt, report: TaskReport): Promise<object> {
  // A conversation that is named may move the session's pointer, which is more than one change.
  const isPlain = report.agent_session_id === undefined
  const noted = isPlain && (await noteAtOnce(ledger, run, report))
  if (noted) return noted
  return inSession(ledger, run.session_id, asSystem, 1, async (session) => {
    assertHolds(session.row, run)
    const isMoved = await rememberAgentSession(session, run.task_id, report.agent_session_id, report.work_dir)
    const wire = await session.log('tasks', 'patched', (...at) =>
      note(...at, run.task_id, ...reportArgs(report), run.attempt),
    )
    if (!wire) throw new YardmasterError('NOT_FOUND')
    if (isMoved) await touchSession(session)
    return wire
  })
}
