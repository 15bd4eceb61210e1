import { YardmasterError } from '@yardmaster/protocol'
import { presentMessage, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'

const remove = statement<[number, string, string], { wire: object }>(
  'remove-message',
  logged(
    'messages removed',
    `delete from messages m where m.id = $3 and m.session_id = $2 returning ${presentMessage('m')} as wire`,
  ),
)
// The log says that there was a message, and nothing of what it said.
const forget = statement<[string, string], never>(
  'forget-message-preview',
  `update session_events set data = data - 'preview'
   where session_id = $1 and type like 'messages %' and data->>'id' = $2`,
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
    await forget(session.tx, place.session_id, place.id)
    return wire
  })
}
