import { presentSession, presentTask, statement } from '@yardmaster/store'
import { headOfQueue } from './sql.js'

export interface ClaimedTask {
  id: string
  session_id: string
  attempt: number
  wire: object
}

// `= any` beside the join leads Postgres to the primary key; from the join alone it read every queued task.

/**
 * The guarded update of the heads: still queued, still first of their queues. `attempt` grows here and nowhere else.
 * $1 ids, $2 sessions, $3 the events' seqs, $4 nonces and $5 resume decisions stand side by side.
 */
export const claimTasks = statement<
  [
    ids: string[],
    sessions: string[],
    seqs: number[],
    nonces: string[],
    decisions: string[],
    boot_id: string,
    lease: number,
  ],
  ClaimedTask
>(
  'claim-tasks',
  `with wanted as (
     select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::jsonb[])
       as w (id, session_id, seq, nonce, decision)),
   changed as (
     update tasks t set status = 'dispatched', attempt = t.attempt + 1, given_up_at = null, boot_id = $6,
       nonce = w.nonce, lease_expires_at = clock_timestamp() + $7 * interval '1 millisecond',
       resume_decision = w.decision
     from wanted w
     where t.id = any($1::uuid[]) and t.id = w.id and t.session_id = w.session_id and t.status = 'queued'
       and t.id = ${headOfQueue}
     returning t.id, t.session_id, t.attempt, w.seq, ${presentTask('t')} as wire),
   entry as (
     insert into session_events (session_id, seq, type, data)
     select session_id, seq, 'tasks patched', wire from changed)
   select id, session_id, attempt, wire from changed`,
)

/** From now on only these attempts' writes are let in. $1 sessions, $2 tasks, $3 attempts, side by side. */
export const openFences = statement<
  [sessions: string[], tasks: string[], attempts: number[]],
  { id: string; wire: object }
>(
  'open-fences',
  `with changed as (
     update sessions s set executing_task_id = w.task_id, executing_attempt = w.attempt,
       last_claimed_at = clock_timestamp()
     from unnest($1::uuid[], $2::uuid[], $3::int[]) as w (id, task_id, attempt)
     where s.id = any($1::uuid[]) and s.id = w.id
     returning s.id, s.last_seq as seq, ${presentSession('s')} as wire),
   entry as (
     insert into session_events (session_id, seq, type, data) select id, seq, 'sessions patched', wire from changed)
   select id, wire from changed`,
)
