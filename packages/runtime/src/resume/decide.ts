/** What is known about the conversation that a new run could go on with. */
export interface ResumeFacts {
  /** The prompt asked for a new conversation. */
  fresh: boolean
  /** The session's agent session, if any. */
  agent_session_id: string | null
  /** How that agent session stands on the task's own runtime; null when that runtime did not make it. */
  state: 'usable' | 'suspect' | 'retired' | null
  work_dir: string | null
}

/** What the run is offered, and why. Stored on the task as it is. */
export interface ResumeDecision {
  agent_session_id: string | null
  work_dir: string | null
  reason: 'first_run' | 'resume' | 'fresh_asked' | 'other_runtime' | 'suspect' | 'retired'
}

/**
 * Whether a run goes on with the session's conversation. An agent session id means something only on the
 * runtime that made it, and one whose resuming was refused is not offered again. The directory is offered
 * either way: dropping the history never drops the work.
 */
export function decideResume({ fresh, agent_session_id, state, work_dir }: ResumeFacts): ResumeDecision {
  const without = (reason: ResumeDecision['reason']) => ({ agent_session_id: null, work_dir, reason })
  if (fresh) return without('fresh_asked')
  if (agent_session_id === null) return without('first_run')
  if (state === null) return without('other_runtime')
  if (state !== 'usable') return without(state)
  return { agent_session_id, work_dir, reason: 'resume' }
}
