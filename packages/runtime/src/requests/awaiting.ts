import { transitions } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { touchSession } from '../sessions/update-session.js'

// Counted from the requests themselves, after the lock: nobody else may set these two.
const settle = statement<[number, string, string], { wire: object }>(
  'settle-awaiting',
  logged(
    'tasks patched',
    `update tasks t set status = case when t.status = 'running' then 'awaiting_permission' else 'running' end
     where t.id = $3 and t.session_id = $2 and t.status in (${quoted(transitions.ask.from)})
       and (t.status = 'awaiting_permission') <> exists (
         select from permission_requests r where r.task_id = t.id and r.status = 'pending')
     returning ${presentTask('t')} as wire`,
  ),
)

/** Brings a running task and its pending requests in step. */
export async function settleAwaiting(session: HeldSession, task_id: string): Promise<void> {
  const changed = await session.log('tasks', 'patched', (...at) => settle(...at, task_id))
  if (changed) await touchSession(session)
}
