import { poisonedReasons } from '@yardmaster/protocol'

/** One conversation of a harness, as the session's tasks recorded it. */
export interface Conversation {
  agent_session_id: string
  /** The runtime that made it; the id means nothing on another. */
  runtime_id: string
  state: 'usable' | 'suspect' | 'retired'
  /** Seq of the last event that recorded it. */
  recorded_seq: number | null
  /** Seq and reason of the latest ending of a task that ran it; null where none has ended. */
  ended_seq: number | null
  failure_reason: string | null
}

export interface ResumeFacts {
  /** The prompt asked for a new conversation. */
  fresh: boolean
  /** Where the task runs, whatever its session has been set to meanwhile. */
  runtime_id: string
  /** The session's pointer; both null where there is none, the runtime alone null in rows from before it was logged. */
  pointer: { agent_session_id: string | null; runtime_id: string | null }
  conversations: readonly Conversation[]
  work_dir: string | null
}

export const resumeReasons = [
  'first_run',
  'pointer',
  'newest_task',
  'fresh_asked',
  'other_runtime',
  'poisoned',
  'suspect',
  'retired',
  'forked',
  'went_on',
] as const
export type ResumeReason = (typeof resumeReasons)[number]
export type DropReason = Exclude<ResumeReason, 'first_run' | 'pointer' | 'newest_task' | 'forked'>

/** What the run is offered, and why. Stored on the task as it is. */
export interface ResumeDecision {
  agent_session_id: string | null
  work_dir: string | null
  reason: ResumeReason
  /** Why the latest history of the session is left behind; null where it is gone on with, or there is none. */
  dropped: DropReason | null
  /** The conversation of another session that this one begins with a copy of. */
  fork_from?: string
}

/**
 * Whether a run goes on with a conversation of its session, and with which. The pointer comes first; it counts only
 * if no later task recorded another conversation. Otherwise the newest ended task whose conversation is usable is
 * looked at. Either is offered only on the runtime that made it. The directory is offered in any case: dropping the
 * history never drops the work.
 */
export function decideResume({
  fresh,
  runtime_id,
  pointer,
  conversations,
  work_dir,
}: ResumeFacts): ResumeDecision {
  const goOn = (agent_session_id: string, reason: ResumeReason, dropped: DropReason | null = null) => ({
    agent_session_id,
    work_dir,
    reason,
    dropped,
  })
  const begin = (why: DropReason | null) => ({
    agent_session_id: null,
    work_dir,
    reason: why ?? ('first_run' as const),
    dropped: why,
  })
  const last = newest(conversations, 'recorded_seq')
  if (fresh) {
    const hasHistory = last !== undefined || pointer.agent_session_id !== null
    return { ...begin('fresh_asked'), dropped: hasHistory ? 'fresh_asked' : null }
  }

  const pointed = conversations.find(
    (one) => one.agent_session_id === pointer.agent_session_id && one.runtime_id === pointer.runtime_id,
  )
  if (pointed && pointed === last && pointed.runtime_id === runtime_id && whyUnusable(pointed) === null)
    return goOn(pointed.agent_session_id, 'pointer')

  const usable = newest(
    conversations.filter((one) => one.ended_seq !== null && whyUnusable(one) === null),
    'ended_seq',
  )
  if (usable && usable.runtime_id !== runtime_id) return begin('other_runtime')
  if (usable) return goOn(usable.agent_session_id, 'newest_task', last === usable ? null : whyNot(last))

  const left = pointed ?? last
  if (left) return begin(whyNot(left))
  return begin(pointer.agent_session_id ? 'other_runtime' : null)
}

// What is usable in itself can only have been made elsewhere.
const whyNot = (one: Conversation | undefined): DropReason | null =>
  one ? (whyUnusable(one) ?? 'other_runtime') : null

/** Why a conversation is not to be gone on with: its state, or how the latest run of it ended. */
export function whyUnusable({
  state,
  failure_reason,
}: Pick<Conversation, 'state' | 'failure_reason'>): 'suspect' | 'retired' | 'poisoned' | null {
  if (state !== 'usable') return state
  return (poisonedReasons as readonly (string | null)[]).includes(failure_reason) ? 'poisoned' : null
}

function newest(
  conversations: readonly Conversation[],
  by: 'recorded_seq' | 'ended_seq',
): Conversation | undefined {
  return conversations.reduce<Conversation | undefined>(
    (best, one) => ((one[by] ?? -1) > (best?.[by] ?? -1) ? one : best),
    undefined,
  )
}
