import { executingStatuses, YardmasterError } from '@yardmaster/protocol'
import { presentTask, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { setHeldBy } from '../sessions/update-session.js'
import { settleHold } from './hold.js'

const remove = statement<[number, string, string], { wire: object }>(
  'remove-task',
  logged(
    'tasks removed',
    `delete from tasks t where t.id = $3 and t.session_id = $2
       and t.status not in (${quoted(executingStatuses)})
     returning ${presentTask('t')} as wire`,
  ),
)
const exists = statement<[string], { id: string }>('task-exists', 'select id from tasks where id = $1')

/** Removes a task with its messages and requests. @throws EXECUTING, NOT_FOUND */
export function removeTask(ledger: Ledger, task: { id: string; session_id: string }, guard: Guard) {
  return inSession(ledger, task.session_id, guard, 2, async (session) => {
    const wire = await session.log('tasks', 'removed', (...at) => remove(...at, task.id))
    if (!wire) {
      const there = (await exists(session.tx, task.id)).length > 0
      throw new YardmasterError(there ? 'EXECUTING' : 'NOT_FOUND')
    }
    // A queue cannot wait behind what is gone.
    if (session.row.held_by_task_id === task.id) await setHeldBy(session, null)
    else await settleHold(session)
    return wire
  })
}
