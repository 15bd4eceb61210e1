import { statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { insertNotice } from '../messages/notice.js'
import type { DropReason } from './decide.js'

const decisionOf = statement<[string], { dropped: DropReason | null; offered: boolean; attempt: number }>(
  'resume-decision-of-task',
  `select resume_decision->>'dropped' as dropped, resume_decision->>'agent_session_id' is not null as offered, attempt
   from tasks where id = $1`,
)

const because: Record<DropReason, string> = {
  fresh_asked: 'as was asked for',
  other_runtime: 'because the last one was held on another runtime',
  poisoned: 'because the last one had ended in an error that it would have run into again',
  suspect: 'because the last one could not be taken up before',
  retired: 'because the last one was given up by a repair',
  went_on: 'because the one it was forked from has gone on since, and an agent can only copy what stands',
}

/** Whenever history is left behind, the transcript says so, and why. */
export async function tellDroppedHistory(session: HeldSession, task_id: string): Promise<void> {
  const [decision] = await decisionOf(session.tx, task_id)
  if (!decision?.dropped) return
  const what = decision.offered ? 'goes on with an earlier conversation' : 'begins a new conversation'
  await insertNotice(session, {
    task_id,
    attempt: decision.attempt,
    client_id: 'history-dropped',
    text: `The agent ${what}, ${because[decision.dropped]}. The worktree is as it was.`,
  })
}
