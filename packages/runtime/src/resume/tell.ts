import { statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { insertNotice } from '../messages/notice.js'
import type { ResumeReason } from './decide.js'

const decisionOf = statement<[string], { reason: ResumeReason | null; offered: boolean; attempt: number }>(
  'resume-decision-of-task',
  `select resume_decision->>'reason' as reason, resume_decision->>'agent_session_id' is not null as offered, attempt
   from tasks where id = $1`,
)

const dropped: Partial<Record<ResumeReason, string>> = {
  fresh_asked: 'as was asked for',
  other_runtime: 'because it was held on another runtime',
  poisoned: 'because it had ended in an error that it would have run into again',
  suspect: 'because it could not be taken up before',
  retired: 'because it was given up by a repair',
}

/** Whenever history is left behind, the transcript says so, and why. */
export async function tellDroppedHistory(session: HeldSession, task_id: string): Promise<void> {
  const [decision] = await decisionOf(session.tx, task_id)
  const why = decision?.reason && !decision.offered ? dropped[decision.reason] : undefined
  if (decision && why)
    await insertNotice(session, {
      task_id,
      attempt: decision.attempt,
      client_id: 'history-dropped',
      text: `The agent begins a new conversation, ${why}. The worktree is as it was.`,
    })
}
