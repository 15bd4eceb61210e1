import { YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentMessage, statement } from '@yardmaster/store'
import { type Attempt, assertHolds } from '../attempt/fence.js'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { holdSession } from '../ledger/lock-session.js'
import { logged } from '../ledger/logged.js'
import { previewOf } from './preview.js'

export interface MessageChange {
  content?: object[]
  status?: 'streaming' | 'final'
}
interface Place {
  id: string
  session_id: string
}

const assignments = `content = coalesce($4::jsonb, m.content), status = coalesce($5, m.status),
  preview = case when $4::jsonb is null then m.preview else ${previewOf('$4::jsonb')} end`

const patch = statement<[number, string, string, string | null, string | null], { wire: object }>(
  'patch-message',
  logged(
    'messages patched',
    `update messages m set ${assignments} where m.id = $3 and m.session_id = $2 returning ${presentMessage('m')} as wire`,
  ),
)
// No event: the text that grew is told by `messages chunk`, and the final message replaces it. A message that is
// final stays so, should an older flush come late.
const flush = statement<[null, string, string, string, null], { wire: object }>(
  'flush-message',
  `update messages m set ${assignments} where m.id = $3 and m.session_id = $2 and m.status = 'streaming' and $1::int is null
   returning ${presentMessage('m')} as wire`,
)
const find = statement<[string], { wire: object }>(
  'present-message',
  `select ${presentMessage('m')} as wire from messages m where m.id = $1`,
)

/** A person corrects what is in the transcript. @throws NOT_FOUND */
export function editMessage(
  ledger: Ledger,
  place: Place,
  guard: Guard,
  change: MessageChange,
): Promise<object> {
  return logPatch(ledger, place, guard, change)
}

/**
 * The executor's message grows or is done. Growth is stored without an event, the end is one.
 *
 * @throws FENCED, NOT_FOUND
 */
export function patchMessage(
  ledger: Ledger,
  place: Place,
  run: Attempt,
  change: MessageChange,
): Promise<object> {
  if (change.status === 'streaming') return flushMessage(ledger, place, run, change)
  const guard: Guard = { user_id: null, check: (session) => assertHolds(session, run) }
  return logPatch(ledger, place, guard, change)
}

function logPatch(
  ledger: Ledger,
  place: Place,
  guard: Guard,
  { content, status }: MessageChange,
): Promise<object> {
  return inSession(ledger, place.session_id, guard, 1, async (session) => {
    const wire = await session.log('messages', 'patched', (...at) =>
      patch(...at, place.id, content ? JSON.stringify(content) : null, status ?? null),
    )
    if (!wire) throw new YardmasterError('NOT_FOUND')
    return wire
  })
}

function flushMessage(
  ledger: Ledger,
  place: Place,
  run: Attempt,
  { content }: MessageChange,
): Promise<object> {
  return ledger.db.transaction(async (tx) => {
    const held = maybeRow(await holdSession(tx, place.session_id))
    if (!held) throw new YardmasterError('NOT_FOUND')
    assertHolds(held, run)
    const [flushed] = content
      ? await flush(tx, null, place.session_id, place.id, JSON.stringify(content), null)
      : []
    const message = flushed ?? (await find(tx, place.id))[0]
    if (!message) throw new YardmasterError('NOT_FOUND')
    return message.wire
  })
}
