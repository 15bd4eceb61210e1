import type { PromptResponse } from '@agentclientprotocol/sdk'
import type { FailureReason, TaskExecutorPatch } from '@yardmaster/protocol'
import { cleanText } from './clean.js'
import { Failure } from './failure.js'

export type Ending = { status: 'completed' } | { status: 'failed' | 'timed_out'; failure: Failure }

const failures: Record<string, [FailureReason, string]> = {
  max_tokens: ['context_overflow', 'The agent ran out of tokens before it was done.'],
  max_turn_requests: ['iteration_limit', 'The agent used up the requests that one turn may take.'],
  refusal: ['refused', 'The agent refused to go on.'],
  cancelled: ['harness_failed', 'The agent says it was cancelled, but nobody asked for that.'],
}

/** What an answer to the prompt means for the task. */
export function endingOf({ stopReason }: PromptResponse): Ending {
  if (stopReason === 'end_turn') return { status: 'completed' }
  const [reason, message] = failures[stopReason] ?? [
    'harness_failed',
    `The agent stopped for an unknown reason: ${stopReason}`,
  ]
  return failed(new Failure(reason, message))
}

export function failed(failure: Failure): Ending {
  return { status: isTimeOut(failure) ? 'timed_out' : 'failed', failure }
}

export const isTimeOut = ({ reason }: Failure): boolean =>
  reason === 'idle_timeout' || reason === 'run_timeout'

/** The fields of a task that tell of the ending. */
export function endingPatch(ending: Ending): TaskExecutorPatch {
  const ended = { status: ending.status, completed_at: new Date().toISOString() }
  if (ending.status === 'completed') return ended
  const { reason, message, detail } = ending.failure
  const error = { message: cleanText(message).slice(0, 10_000) }
  if (detail) Object.assign(error, { detail: cleanText(detail).slice(-100_000) })
  return { ...ended, failure_reason: reason, error }
}
