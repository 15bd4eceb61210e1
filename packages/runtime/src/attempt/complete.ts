import { transitions } from '@yardmaster/protocol'
import { accessVersion, presentSession, presentTask, together } from '@yardmaster/store'
import { attemptColumns, bySession, heldBy } from '../ledger/at-once.js'
import type { Ledger, LoggedEvent } from '../ledger/ledger.js'
import { quoted } from '../ledger/logged.js'
import type { Attempt } from './fence.js'
import { reportColumns, reportFromHeld, type TaskReport } from './task-report.js'

interface Completed {
  worktree_id: string
  seq: number
  access_version: number
  task: object
  session: object
}

/**
 * The usual ending, whole, in one statement: the fence closes, the task completes, both are logged, nothing was left
 * open and nothing holds the queue. In a transaction of its own steps the same costs five more round trips; claims and
 * endings then ran at half of a plain job queue's rate. Endings of one moment share the statement.
 */
const complete = together<Attempt & TaskReport, Completed>({
  name: 'complete-task',
  columns: `${attemptColumns}, ${reportColumns}, completed_at timestamptz, agent_session_id text`,
  keyOf: bySession,
  text: `${heldBy(
    2,
    `s.held_by_task_id is null
       and exists (
         select from tasks t
         where t.id = a.task_id and t.attempt = a.attempt and t.status in (${quoted(transitions.end.from)})
           and (a.agent_session_id is null
             or t.agent_session_id = a.agent_session_id and t.agent_session_seq is not null))
       and not exists (select from messages m
         where m.task_id = a.task_id and m.attempt = a.attempt and m.status = 'streaming')
       and not exists (select from permission_requests r where r.task_id = a.task_id and r.status = 'pending')`,
    {
      set: `executing_task_id = null, executing_attempt = null, last_ending = 'completed'`,
      returning: `${presentSession('s')} as session`,
    },
  )},
   ended as (
     update tasks t set status = 'completed', completed_at = coalesce(held.completed_at, clock_timestamp()),
       ended_seq = held.seq - 1, failure_reason = null, error = null, lease_expires_at = null, given_up_at = null,
       ${reportFromHeld}
     from held where t.id = held.task_id
     returning held.n, held.session_id, held.worktree_id, held.seq, held.session, ${presentTask('t')} as task),
   entries as (
     insert into session_events (session_id, seq, type, data)
     select session_id, seq - 1, 'tasks patched', task from ended
     union all
     select session_id, seq, 'sessions patched', session from ended)
   select n, worktree_id, seq, task, session, ${accessVersion} as access_version from ended`,
})

/** The task as it completed; null where this ending is not the usual one, and nothing was changed. */
export async function completeAtOnce(
  ledger: Ledger,
  run: Attempt,
  report: TaskReport,
): Promise<object | null> {
  const done = await complete(ledger.db, { ...run, ...report })
  if (!done) return null
  const { worktree_id, seq, access_version } = done
  const place = { event: 'patched', session_id: run.session_id, worktree_id, access_version } as const
  const events: LoggedEvent[] = [
    { ...place, service: 'tasks', data: done.task, seq: seq - 1 },
    { ...place, service: 'sessions', data: done.session, seq },
  ]
  ledger.publish(events)
  return done.task
}
