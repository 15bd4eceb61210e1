import { transitions } from '@yardmaster/protocol'
import { databaseError, lockWorktree, presentTask, statement } from '@yardmaster/store'
import { asSystem, type HeldSession, type Ledger, withSession } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { openFence } from '../sessions/update-session.js'
import type { Attempt } from './fence.js'

const sessionOf = statement<[string, number, string], { session_id: string; worktree_id: string }>(
  'given-up-run',
  `select session_id, worktree_id from tasks
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
    return await ledger.db.transaction(async (tx) => {
      // Like a claim, it lets a task of the worktree execute; without this lock a claim of that moment would break on the
      // unique index.
      await lockWorktree(tx, found.worktree_id)
      const { result, events } = await withSession(tx, found.session_id, asSystem, 2, (session) =>
        goOn(session, run, lease),
      )
      tx.afterCommit(() => ledger.publish(events))
      return result
    })
  } catch (error) {
    // Another session's task writes in the worktree by now.
    if (databaseError(error).kind === 'unique') return false
    throw error
  }
}

async function goOn(
  session: HeldSession,
  { task_id, attempt }: Omit<Attempt, 'session_id'>,
  lease: number,
): Promise<boolean> {
  if (session.row.executing_task_id || session.row.archived_at) return false
  const wire = await session.log('tasks', 'patched', (...at) => revive(...at, task_id, attempt, lease))
  if (!wire) return false
  await openFence(session, task_id, attempt)
  return true
}
