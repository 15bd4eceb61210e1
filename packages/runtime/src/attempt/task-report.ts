import { statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'

/** What an executor or a runtime tells of a run. Times are stored as reported and never ordered by. */
export interface TaskReport {
  completed_at?: string
  failure_reason?: string
  error?: object
  git_state?: object
  agent_session_id?: string
  work_dir?: string
  usage?: object
  model?: string
}

/** The parameters that {@link reportAssignments} names, $4 on. */
export type ReportArgs = [
  git_state: string | null,
  agent_session_id: string | null,
  work_dir: string | null,
  usage: string | null,
  model: string | null,
]

/** SQL of what every report may set. Git state is merged, so that the end does not lose the start. */
export const reportAssignments = `
  git_state = case when $4::jsonb is null then t.git_state else jsonb_build_object(
    'start', coalesce(nullif($4::jsonb->'start', 'null'), t.git_state->'start'),
    'end', coalesce(nullif($4::jsonb->'end', 'null'), t.git_state->'end'),
    'files', coalesce($4::jsonb->'files', t.git_state->'files', '[]')) end,
  agent_session_id = coalesce($5, t.agent_session_id),
  work_dir = coalesce($6, t.work_dir),
  usage = coalesce($7::jsonb, t.usage),
  model = coalesce($8, t.model)`

export const reportArgs = (report: TaskReport): ReportArgs => [
  report.git_state ? JSON.stringify(report.git_state) : null,
  report.agent_session_id ?? null,
  report.work_dir ?? null,
  report.usage ? JSON.stringify(report.usage) : null,
  report.model ?? null,
]

const setPointer = statement<[string, string, string | null], never>(
  'set-pointer',
  `with pointed as (
     update sessions s set agent_session_id = $2, work_dir = coalesce($3, s.work_dir) where s.id = $1
     returning s.id, coalesce((select t.runtime_id from tasks t where t.id = s.executing_task_id), s.runtime_id) as runtime_id)
   insert into agent_sessions (session_id, agent_session_id, runtime_id)
   select id, $2, runtime_id from pointed on conflict do nothing`,
)

/** The session remembers the conversation that the harness has confirmed. */
export async function rememberAgentSession(session: HeldSession, report: TaskReport): Promise<void> {
  if (report.agent_session_id)
    await setPointer(session.tx, session.row.id, report.agent_session_id, report.work_dir ?? null)
}
