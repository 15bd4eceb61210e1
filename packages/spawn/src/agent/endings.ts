import type { FailureReason, Run, SpooledEnding, TaskRuntimePatch } from '@yardmaster/protocol'

type Said = Omit<TaskRuntimePatch, 'attempt' | 'completed_at'>

/** The endings that a runtime says itself, in the form of the spool. */
export function stopped(run: Run, at: Date): SpooledEnding {
  return ending(run, at, { status: 'stopped' })
}

export function failed(
  run: Run,
  at: Date,
  failure_reason: FailureReason,
  message: string,
  detail?: string,
): SpooledEnding {
  return ending(run, at, {
    status: 'failed',
    failure_reason,
    error: { message: message.slice(0, 10_000), ...(detail ? { detail } : {}) },
  })
}

function ending({ task_id, attempt }: Run, at: Date, said: Said): SpooledEnding {
  return { task_id, attempt, patch: { ...said, completed_at: at.toISOString() } }
}
