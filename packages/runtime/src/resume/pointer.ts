import { statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'

const setPointer = statement<[string, string, string, string | null], never>(
  'set-pointer',
  `with pointed as (
     update sessions s set agent_session_id = $2, agent_session_runtime_id = $3, work_dir = coalesce($4, s.work_dir)
     where s.id = $1)
   insert into agent_sessions (session_id, agent_session_id, runtime_id) values ($1, $2, $3) on conflict do nothing`,
)
// Nothing comes back where the task had recorded that very conversation before: then the pointer is there too.
const record = statement<[string, string, number], { runtime_id: string; offered: string | null }>(
  'record-agent-session',
  `update tasks t set agent_session_id = $2, agent_session_seq = $3
   where t.id = $1 and (t.agent_session_id is distinct from $2 or t.agent_session_seq is null)
   returning t.runtime_id, t.resume_decision->>'agent_session_id' as offered`,
)
const suspect = statement<[string, string, string, string], never>(
  'suspect-agent-session',
  `insert into agent_sessions (session_id, agent_session_id, runtime_id, state, reason) values ($1, $2, $3, 'suspect', $4)
   on conflict (session_id, agent_session_id, runtime_id)
   do update set state = 'suspect', reason = excluded.reason where agent_sessions.state = 'usable'`,
)
const runOf = statement<[string], { runtime_id: string; agent_session_id: string | null }>(
  'agent-session-of-task',
  "select runtime_id, coalesce(agent_session_id, resume_decision->>'agent_session_id') as agent_session_id from tasks where id = $1",
)

/**
 * A harness has confirmed the conversation it runs: the task records it, and the session points to it, id and runtime
 * in one statement. Where another one had been offered, that one was refused.
 */
export async function rememberAgentSession(
  session: HeldSession,
  task_id: string,
  agent_session_id: string | undefined,
  work_dir: string | undefined,
): Promise<boolean> {
  if (!agent_session_id) return false
  const [task] = await record(session.tx, task_id, agent_session_id, session.row.last_seq)
  if (!task) return false
  await setPointer(session.tx, session.row.id, agent_session_id, task.runtime_id, work_dir ?? null)
  if (task.offered && task.offered !== agent_session_id)
    await suspect(session.tx, session.row.id, task.offered, task.runtime_id, 'resume refused')
  return true
}

/** The run's own conversation turned out to be lost: it is not offered again. */
export async function suspectAgentSession(session: HeldSession, task_id: string): Promise<void> {
  const [task] = await runOf(session.tx, task_id)
  if (task?.agent_session_id)
    await suspect(session.tx, session.row.id, task.agent_session_id, task.runtime_id, 'lost while it ran')
}
