import { presentTask, statement } from '@yardmaster/store'
import { logged } from '../ledger/logged.js'

/**
 * The guarded update of one head: still queued, still first of its queue. `attempt` grows here and nowhere else.
 * $4 boot, $5 nonce, $6 lease in milliseconds, $7 the resume decision.
 */
export const claimTask = statement<
  [number, string, string, string, string, number, string],
  { wire: { attempt: number } }
>(
  'claim-task',
  logged(
    'tasks patched',
    `update tasks t set status = 'dispatched', attempt = t.attempt + 1, given_up_at = null, boot_id = $4, nonce = $5,
       lease_expires_at = clock_timestamp() + $6 * interval '1 millisecond', resume_decision = $7::jsonb
     where t.id = $3 and t.session_id = $2 and t.status = 'queued' and not exists (
       select from tasks e where e.session_id = t.session_id and e.status = 'queued'
         and (e.position, e.id) < (t.position, t.id))
     returning ${presentTask('t')} as wire`,
  ),
)

/** Dispatched tasks of this boot that the runtime does not know of: their claim was answered into the void. */
export const lostClaims = statement<[string, string, string[]], { id: string; session_id: string }>(
  'lost-claims',
  `select id, session_id from tasks
   where runtime_id = $1 and boot_id = $2 and status = 'dispatched' and not id = any($3) order by session_id`,
)

/** The same attempt, offered again: the token given out before opens nothing any more. */
export const reofferTask = statement<[string, string, number], { id: string }>(
  'reoffer-task',
  `update tasks set nonce = $2, lease_expires_at = clock_timestamp() + $3 * interval '1 millisecond'
   where id = $1 and status = 'dispatched' returning id`,
)
