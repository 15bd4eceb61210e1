/**
 * The life of a task as a table. `packages/runtime` enforces it by guarded UPDATEs, each of which takes
 * its `status IN (…)` from here, so that the table and the database cannot disagree.
 */
export const taskStatuses = [
  'queued',
  'dispatched',
  'running',
  'awaiting_permission',
  'stopping',
  'completed',
  'failed',
  'timed_out',
  'stopped',
  'cancelled',
] as const
export type TaskStatus = (typeof taskStatuses)[number]

/** Some attempt holds the task. At most one such task per session. */
export const executingStatuses = ['dispatched', 'running', 'awaiting_permission', 'stopping'] as const
export type ExecutingStatus = (typeof executingStatuses)[number]

/** Final: nothing leaves these, but for a failure that only says that the runtime was given up. */
export const terminalStatuses = ['completed', 'failed', 'timed_out', 'stopped', 'cancelled'] as const
export type TerminalStatus = (typeof terminalStatuses)[number]

/** What happens to a task: from which statuses, and to which. */
export const transitions = {
  claim: { from: ['queued'], to: ['dispatched'] },
  cancel: { from: ['queued'], to: ['cancelled'] },
  /** Its runtime cannot run it: the harness or the directory is not there. */
  refuse: { from: ['queued'], to: ['failed'] },
  start: { from: ['dispatched'], to: ['running'] },
  ask: { from: ['running', 'awaiting_permission'], to: ['awaiting_permission'] },
  decide: { from: ['awaiting_permission'], to: ['running', 'awaiting_permission'] },
  /** Asked once: asking again changes nothing. */
  stop: { from: ['dispatched', 'running', 'awaiting_permission'], to: ['stopping'] },
  /** An ending beats a stop that was asked meanwhile. */
  end: {
    from: ['dispatched', 'running', 'awaiting_permission', 'stopping'],
    to: ['completed', 'failed', 'timed_out'],
  },
  /** Only once the processes are gone. */
  stopped: { from: ['stopping'], to: ['stopped'] },
  /** Nothing had started yet, or the prompt allows another try. */
  requeue: { from: ['dispatched', 'running', 'awaiting_permission'], to: ['queued'] },
  /** Its runtime was given up and is back, before anybody claimed the task anew. */
  revive: { from: ['queued', 'failed'], to: ['dispatched', 'running', 'stopping'] },
  /** The word of an attempt whose runtime was given up, before anybody claimed the task anew. */
  end_late: { from: ['queued', 'failed'], to: ['completed', 'failed', 'timed_out', 'stopped'] },
} as const satisfies Record<string, { from: readonly TaskStatus[]; to: readonly TaskStatus[] }>
export type Transition = keyof typeof transitions

export const isTerminal = (status: TaskStatus): status is TerminalStatus =>
  (terminalStatuses as readonly TaskStatus[]).includes(status)

export const isExecuting = (status: TaskStatus): status is ExecutingStatus =>
  (executingStatuses as readonly TaskStatus[]).includes(status)

/** Whether the table lets a task go from one status to another. */
export const allows = (transition: Transition, from: TaskStatus, to: TaskStatus): boolean =>
  (transitions[transition].from as readonly TaskStatus[]).includes(from) &&
  (transitions[transition].to as readonly TaskStatus[]).includes(to)

/** Why a task failed or timed out. Poisoned ones make their agent session unfit for resuming. */
export const failureReasons = [
  'cannot_start',
  'harness_missing',
  'harness_failed',
  'harness_died',
  'executor_died',
  'cwd_missing',
  'option_refused',
  'agent_session_lost',
  'context_overflow',
  'invalid_request',
  'iteration_limit',
  'refused',
  'request_expired',
  'sign_in_needed',
  'network',
  'idle_timeout',
  'run_timeout',
  'lease_expired',
  'runtime_lost',
] as const
export type FailureReason = (typeof failureReasons)[number]

/** A conversation that ended so must not be offered again. */
export const poisonedReasons = ['context_overflow', 'invalid_request', 'iteration_limit'] as const

/** What a session shows, in order of precedence. Computed by one SQL expression, `sessionStatus` of the store. */
export const sessionStatuses = [
  'archived',
  'disconnected',
  'stopping',
  'awaiting_permission',
  'running',
  'queued',
  'idle',
] as const
export type SessionStatus = (typeof sessionStatuses)[number]

export const messageStatuses = ['streaming', 'final'] as const
export const requestStatuses = ['pending', 'selected', 'cancelled', 'expired'] as const
