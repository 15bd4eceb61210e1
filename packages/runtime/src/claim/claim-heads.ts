import { accessVersion, presentClaimedSession, presentTask, statement } from '@yardmaster/store'

/** A task that was claimed, and what is told of it: the task's event has the number before `seq`. */
export interface ClaimedHead {
  id: string
  session_id: string
  worktree_id: string
  seq: number
  access_version: number
  task: object
  session: object
}

// `= any` beside the join leads Postgres to the primary keys; from the join alone it read every queued task.

/**
 * Takes the chosen heads, in one statement: their sessions are locked in id order, the fence of each opens for the new
 * attempt, the task is dispatched and both are logged. `attempt` grows here and nowhere else. One whose session has
 * logged anything since the head was chosen is left out; of the others everything is as it was when it was looked at,
 * since no queue, fence or conversation changes without an event. $1 ids, $2 sessions, $3 the ends of their logs as they
 * were seen, $4 nonces and $5 resume decisions stand side by side.
 */
export const claimHeads = statement<
  [
    ids: string[],
    sessions: string[],
    seqs: number[],
    nonces: string[],
    decisions: string[],
    boot_id: string,
    lease: number,
  ],
  ClaimedHead
>(
  'claim-heads',
  `with wanted as (
     select * from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::jsonb[])
       as w (id, session_id, seq, nonce, decision)),
   free as materialized (
     select w.id, w.session_id, w.nonce, w.decision, t.attempt + 1 as attempt
     from wanted w join sessions s on s.id = w.session_id join tasks t on t.id = w.id
     where s.id = any($2::uuid[]) and t.id = any($1::uuid[]) and s.last_seq = w.seq and t.status = 'queued'
       and s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null
     order by s.id for no key update of s),
   held as (
     update sessions s set last_seq = s.last_seq + 2, last_activity_at = clock_timestamp(),
       last_claimed_at = clock_timestamp(), executing_task_id = free.id, executing_attempt = free.attempt
     from free where s.id = free.session_id
     returning free.*, s.worktree_id, s.last_seq as seq, ${presentClaimedSession('s')} as session),
   claimed as (
     update tasks t set status = 'dispatched', attempt = held.attempt, given_up_at = null, boot_id = $6,
       nonce = held.nonce, lease_expires_at = clock_timestamp() + $7 * interval '1 millisecond',
       resume_decision = held.decision
     from held where t.id = held.id
     returning t.id, held.session_id, held.worktree_id, held.seq, held.session, ${presentTask('t')} as task),
   entries as (
     insert into session_events (session_id, seq, type, data)
     select session_id, seq - 1, 'tasks patched', task from claimed
     union all
     select session_id, seq, 'sessions patched', session from claimed)
   select id, session_id, worktree_id, seq, task, session, ${accessVersion} as access_version from claimed`,
)
