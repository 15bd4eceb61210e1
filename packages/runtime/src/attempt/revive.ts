import { transitions } from '@yardmaster/protocol'
import { databaseError, presentTask, statement } from '@yardmaster/store'
import { asSystem, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { openFence } from '../sessions/update-session.js'
import type { Attempt } from './fence.js'

const sessionOf = statement<[string, number, string], { session_id: string }>(
  'given-up-run',
  `select session_id from tasks
   where id = $1 and attempt = $2 and runtime_id = $3 and given_up_at is not null and status in (${quoted(transitions.revive.from)})`,
)
const revive = statement<[number, string, string, number, number], { wire: object }>(
  'revive-task',
  logged(
    'tasks patched',
    `update tasks t set given_up_at = null, failure_reason = null, error = null, completed_at = null, ended_seq = null,
       lease_expires_at = clock_timestamp() + $5 * interval '1 millisecond',
       status = case when t.stop_requested_at is not null then 'stopping'
                     when t.started_attempt = t.attempt then 'running' else 'dispatched' end
     where t.id = $3 and t.session_id = $2 and t.attempt = $4 and t.given_up_at is not null
       and t.status in (${quoted(transitions.revive.from)})
     returning ${presentTask('t')} as wire`,
  ),
)

/**
 * A runtime that had been given up is back and still runs this attempt: it goes on, if nobody has taken the task, the
 * session or the worktree meanwhile.
 *
 * @param lease milliseconds
 * @returns whether the run is the runtime's own again
 */
export async function reviveRun(
  ledger: Ledger,
  runtime_id: string,
  run: Omit<Attempt, 'session_id'>,
  lease: number,
): Promise<boolean> {
  const [found] = await sessionOf(ledger.db, run.task_id, run.attempt, runtime_id)
  if (!found) return false
  try {
    return await inSession(ledger, found.session_id, asSystem, 2, async (session) => {
      if (session.row.executing_task_id || session.row.archived_at) return false
      const wire = await session.log('tasks', 'patched', (...at) =>
        revive(...at, run.task_id, run.attempt, lease),
      )
      if (!wire) return false
      await openFence(session, run.task_id, run.attempt)
      return true
    })
  } catch (error) {
    // Another session's task writes in the worktree by now.
    if (databaseError(error).kind === 'unique') return false
    throw error
  }
}
