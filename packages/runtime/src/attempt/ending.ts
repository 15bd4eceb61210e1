import type { Attempt } from './fence.js'
import { reportAssignments, type TaskReport } from './task-report.js'

export type Ending = 'completed' | 'failed' | 'timed_out' | 'stopped'

/** Parameters of an ending behind those of a report: $8 on. */
export type EndArgs = [
  attempt: number,
  status: Ending,
  completed_at: string | null,
  failure_reason: string | null,
  error: string | null,
]

/** SQL of what an ending sets. `ended_seq` is what orders endings; the reported time is only kept. */
export const endAssignments = `
  status = $9, completed_at = coalesce($10::timestamptz, clock_timestamp()), ended_seq = $1,
  failure_reason = $11, error = $12::jsonb, lease_expires_at = null, given_up_at = null, ${reportAssignments}`

export const endArgs = (run: Attempt, status: Ending, report: TaskReport): EndArgs => [
  run.attempt,
  status,
  report.completed_at ?? null,
  status === 'completed' || status === 'stopped' ? null : (report.failure_reason ?? null),
  report.error ? JSON.stringify(report.error) : null,
]
