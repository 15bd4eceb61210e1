import { YardmasterError } from '@yardmaster/protocol'
import { statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, wireAndLogged } from '../ledger/logged.js'

const remove = statement<[number, string, string], { wire: { seq: number } }>(
  'remove-message',
  logged(
    'messages removed',
    `delete from messages m where m.id = $3 and m.session_id = $2 returning ${wireAndLogged}`,
  ),
)
// The log says that there was a message, and nothing of what it said.
const forget = statement<[session_id: string, id: string, seq: number], never>(
  'forget-message-preview',
  `update session_events set data = (data::jsonb - 'preview')::json
   where session_id = $1 and seq >= $3 and type like 'messages %' and data->>'id' = $2`,
)

/** Takes a message out of the transcript, and its text out of the log. @throws NOT_FOUND */
export function removeMessage(
  ledger: Ledger,
  place: { id: string; session_id: string },
  guard: Guard,
): Promise<object> {
  return inSession(ledger, place.session_id, guard, 1, async (session) => {
    const wire = await session.log('messages', 'removed', (...at) => remove(...at, place.id))
    if (!wire) throw new YardmasterError('NOT_FOUND')
    await forget(session.tx, place.session_id, place.id, wire.seq)
    return wire
  })
}
