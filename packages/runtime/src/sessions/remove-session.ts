import { YardmasterError } from '@yardmaster/protocol'
import { presentSession, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'

// Its log goes with it, so this event is told and not logged.
const remove = statement<[number, string], { wire: object }>(
  'remove-session',
  `with gone as (select s.id, ${presentSession('s')} as wire from sessions s where s.id = $2 and $1::bigint > 0),
   removed as (delete from sessions s using gone where s.id = gone.id)
   select wire from gone`,
)

/** Removes a session with its tasks, messages, requests and log. @throws EXECUTING */
export function removeSession(ledger: Ledger, session_id: string, guard: Guard) {
  return inSession(ledger, session_id, guard, 1, async (session) => {
    if (session.row.executing_task_id) throw new YardmasterError('EXECUTING')
    return (await session.log('sessions', 'removed', remove))!
  })
}
