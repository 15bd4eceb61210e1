import { accessVersion, presentClaimedSession, presentTask, statement } from '@yardmaster/store'
import { type Assigned, assignedColumns, assignedJoins } from './assignment.js'
import { executesElsewhere } from './sql.js'

/** A task that was claimed, and what is told of it: the task's event has the number before `seq`. */
export interface ClaimedHead extends Assigned {
  seq: number
  access_version: number
}

// `= any` beside the join leads Postgres to the primary keys; from the join alone it read every queued task.

/**
 * Takes the chosen heads, in one statement: their sessions are locked in id order, the fence of each opens for the new
 * attempt, the task is dispatched and both are logged; who comes after it waits from now on. `attempt` grows here and nowhere else. One whose session has
 * logged anything since the head was looked at is left out, and so is one in whose worktree somebody else writes by now; of the
 * others everything is as it was, since no queue, fence or conversation changes without an event. $1 ids, $2 sessions, $3 the ends of their logs as they
 * were seen, $4 nonces and $5 resume decisions stand side by side.
 */
export const claimHeads = statement<
  [
    ids: string[],
    sessions: string[],
    seqs: number[],
    nonces: string[],
    decisions: string[],
    runtime_id: string,
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
       and ${executesElsewhere} is not true
     order by s.id for no key update of s),
   held as (
     update sessions s set last_seq = s.last_seq + 2, last_activity_at = clock_timestamp(),
       last_claimed_at = clock_timestamp(), executing_task_id = free.id, executing_attempt = free.attempt
     from free where s.id = free.session_id
     returning free.*, s.last_seq as seq, s.forked_from_session_id, ${presentClaimedSession('$6')('s')} as session),
   claimed as (
     update tasks t set status = 'dispatched', attempt = held.attempt, given_up_at = null, boot_id = $7,
       waits_since = clock_timestamp(), nonce = held.nonce, lease_expires_at = clock_timestamp() + $8 * interval '1 millisecond',
       resume_decision = held.decision
     from held where t.id = held.id
     returning t.session_id, t.worktree_id, t.created_by, t.nonce, held.seq, held.session, held.forked_from_session_id,
       ${presentTask('t')} as task),
   next as (
     update tasks n set waits_since = clock_timestamp() from held
     where n.id = (select e.id from tasks e where e.session_id = held.session_id and e.status = 'queued' and e.id <> held.id
                   order by e.position, e.id limit 1)),
   entries as (
     insert into session_events (session_id, seq, type, data)
     select session_id, seq - 1, 'tasks patched', task from claimed
     union all
     select session_id, seq, 'sessions patched', session from claimed)
   select t.seq, t.task, t.session, ${accessVersion} as access_version, ${assignedColumns('t')}
   from claimed t ${assignedJoins}`,
)
