import { transitions } from '@yardmaster/protocol'
import { presentSession, presentTask, statement } from '@yardmaster/store'
import { heldBy } from '../ledger/at-once.js'
import type { Ledger, LoggedEvent } from '../ledger/ledger.js'
import { quoted } from '../ledger/logged.js'
import type { Attempt } from './fence.js'
import { type ReportArgs, reportArgs, reportAssignments, type TaskReport } from './task-report.js'

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
 * endings then ran at half of a plain job queue's rate.
 *
 * $1 session, $2 task, $3 attempt, $4 to $7 the report, $8 reported end, $9 the conversation that was reported.
 */
const complete = statement<[string, string, number, ...ReportArgs, string | null, string | null], Completed>(
  'complete-task',
  `with free as (${heldBy(
    2,
    `s.held_by_task_id is null
       and exists (
         select from tasks t where t.id = $2 and t.attempt = $3 and t.status in (${quoted(transitions.end.from)})
           and ($9::text is null or t.agent_session_id = $9 and t.agent_session_seq is not null))
       and not exists (select from messages m where m.task_id = $2 and m.attempt = $3 and m.status = 'streaming')
       and not exists (select from permission_requests r where r.task_id = $2 and r.status = 'pending')`,
    {
      set: `executing_task_id = null, executing_attempt = null, last_ending = 'completed'`,
      returning: `${presentSession('s')} as wire`,
    },
  )}),
   ended as (
     update tasks t set status = 'completed', completed_at = coalesce($8::timestamptz, clock_timestamp()),
       ended_seq = free.seq - 1, failure_reason = null, error = null, lease_expires_at = null, given_up_at = null,
       ${reportAssignments}
     from free where t.id = $2
     returning ${presentTask('t')} as wire),
   entries as (
     insert into session_events (session_id, seq, type, data)
     select free.id, free.seq - 1, 'tasks patched', ended.wire from free, ended
     union all
     select free.id, free.seq, 'sessions patched', free.wire from free)
   select free.worktree_id, free.seq, free.access_version, ended.wire as task, free.wire as session from free, ended`,
)

/** The task as it completed; null where this ending is not the usual one, and nothing was changed. */
export async function completeAtOnce(
  ledger: Ledger,
  run: Attempt,
  report: TaskReport,
): Promise<object | null> {
  const [done] = await complete(
    ledger.db,
    run.session_id,
    run.task_id,
    run.attempt,
    ...reportArgs(report),
    report.completed_at ?? null,
    report.agent_session_id ?? null,
  )
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
