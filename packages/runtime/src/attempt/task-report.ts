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
const assignments = (git_state: string, work_dir: string, usage: string, model: string): string => `
  git_state = case when ${git_state} is null then t.git_state else jsonb_build_object(
    'start', coalesce(nullif(${git_state}->'start', 'null'), t.git_state->'start'),
    'end', coalesce(nullif(${git_state}->'end', 'null'), t.git_state->'end'),
    'files', coalesce(${git_state}->'files', t.git_state->'files', '[]')) end,
  work_dir = coalesce(${work_dir}, t.work_dir),
  usage = coalesce(${usage}, t.usage),
  model = coalesce(${model}, t.model)`

export const reportAssignments = assignments('$4::jsonb', '$5', '$6::jsonb', '$7')

/** What a report brings into a set-wise statement, and what that sets from `held`. */
export const reportColumns = 'git_state jsonb, work_dir text, usage jsonb, model text'
export const reportFromHeld = assignments('held.git_state', 'held.work_dir', 'held.usage', 'held.model')

export const reportArgs = (report: TaskReport): ReportArgs => [
  report.git_state ? JSON.stringify(report.git_state) : null,
  report.work_dir ?? null,
  report.usage ? JSON.stringify(report.usage) : null,
  report.model ?? null,
]
