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
  work_dir = coalesce($5, t.work_dir),
  usage = coalesce($6::jsonb, t.usage),
  model = coalesce($7, t.model)`

export const reportArgs = (report: TaskReport): ReportArgs => [
  report.git_state ? JSON.stringify(report.git_state) : null,
  report.work_dir ?? null,
  report.usage ? JSON.stringify(report.usage) : null,
  report.model ?? null,
]
