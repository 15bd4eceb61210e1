import { transitions, YardmasterError } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import type { HeldSession, Ledger } from '../ledger/ledger.js'
import { asSystem, inSession } from '../ledger/ledger.js'
import { logged, quoted, wireAndLogged } from '../ledger/logged.js'
import { rememberAgentSession } from '../resume/pointer.js'
import { tellDroppedHistory } from '../resume/tell.js'
import { touchSession } from '../sessions/update-session.js'
import { type Attempt, assertHolds } from './fence.js'
import { type ReportArgs, reportArgs, reportAssignments, type TaskReport } from './task-report.js'

// The conversation is set here so that this very event tells it; what else it means is remembered right after.
const start = statement<
  [number, string, string, ...ReportArgs, number, number, string | null],
  { wire: object }
>(
  'start-task',
  logged(
    'tasks patched',
    `update tasks t set status = 'running', started_at = coalesce(t.started_at, clock_timestamp()), started_attempt = t.attempt,
       lease_expires_at = clock_timestamp() + $9 * interval '1 millisecond',
       agent_session_id = coalesce($10, t.agent_session_id),
       agent_session_seq = case when $10 <> t.agent_session_id then null else t.agent_session_seq end,
       ${reportAssignments}
     where t.id = $3 and t.session_id = $2 and t.attempt = $8
       and t.status in (${quoted(transitions.start.from)})
     returning ${presentTask('t')} as wire`,
  ),
)

// Once per task: a run that is tried again does not say the prompt twice.
const insertPrompt = statement<[number, string, string, string], { wire: object }>(
  'insert-prompt-message',
  logged(
    'messages created',
    `insert into messages as m (id, session_id, task_id, worktree_id, attempt, seq, type, role, content, preview, client_id)
     select $4, t.session_id, t.id, t.worktree_id, t.attempt, $1, 'prompt', 'user',
       jsonb_build_array(jsonb_build_object('type', 'text', 'text', t.prompt)) || coalesce(
         (select jsonb_agg(jsonb_build_object('type', 'attachment', 'attachment_id', a->'id', 'name', a->'name',
            'media_type', a->'media_type', 'size', a->'size') order by place)
          from jsonb_array_elements(t.attachments) with ordinality as x(a, place)), '[]'),
       left(t.prompt, 200), 'prompt'
     from tasks t where t.id = $3
       and not exists (select from messages p where p.task_id = t.id and p.client_id = 'prompt')
     returning ${wireAndLogged}`,
  ),
)
const current = statement<[string], { wire: { status: string } }>(
  'current-task',
  `select ${presentTask('t')} as wire from tasks t where t.id = $1`,
)

/**
 * The harness is there and its conversation confirmed: the task runs, and what was asked enters the transcript.
 * Said again by the same attempt, it answers the task as it is.
 *
 * @param grace milliseconds that the run may be out of touch from now on
 * @throws FENCED, NOT_FOUND, INVALID_TRANSITION when a stop was asked meanwhile
 */
export function startTask(ledger: Ledger, run: Attempt, report: TaskReport, grace: number): Promise<object> {
  return inSession(ledger, run.session_id, asSystem, 3, async (session) => {
    assertHolds(session.row, run)
    await session.log('messages', 'created', (...at) => insertPrompt(...at, run.task_id, v7()))
    const wire = await session.log('tasks', 'patched', (...at) =>
      start(...at, run.task_id, ...reportArgs(report), run.attempt, grace, report.agent_session_id ?? null),
    )
    if (!wire) return asItIs(session, run)
    await rememberAgentSession(session, run.task_id, report.agent_session_id, report.work_dir)
    await tellDroppedHistory(session, run.task_id)
    await touchSession(session)
    return wire
  })
}

async function asItIs(session: HeldSession, run: Attempt): Promise<object> {
  const [task] = await current(session.tx, run.task_id)
  if (!task) throw new YardmasterError('NOT_FOUND')
  if (task.wire.status === 'stopping')
    throw new YardmasterError('INVALID_TRANSITION', 'A stop was asked for this task; end it.')
  return task.wire
}
