import { YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentMessage, statement } from '@yardmaster/store'
import { type Attempt, assertHolds } from '../attempt/fence.js'
import { atOnce } from '../ledger/at-once.js'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { holdSession } from '../ledger/lock-session.js'
import { logged, wireAndLogged } from '../ledger/logged.js'
import { previewOf } from './preview.js'

export interface MessageChange {
  content?: object[]
  status?: 'streaming' | 'final'
}
interface Place {
  id: string
  session_id: string
}

const assignmentsOf = (content: string, status: string): string => `
  content = coalesce(${content}::jsonb, m.content), status = coalesce(${status}, m.status),
  preview = case when ${content}::jsonb is null then m.preview else ${previewOf(`${content}::jsonb`)} end`

const patch = statement<[number, string, string, string | null, string | null], { wire: object }>(
  'patch-message',
  logged(
    'messages patched',
    `update messages m set ${assignmentsOf('$4', '$5')} where m.id = $3 and m.session_id = $2 returning ${wireAndLogged}`,
  ),
)
const patchAtOnce = atOnce<MessageChange & { id: string }>(
  'patch-message-at-once',
  'messages patched',
  'id uuid, content jsonb, status text',
  'exists (select from messages m where m.id = a.id and m.session_id = a.session_id)',
  `update messages m set ${assignmentsOf('held.content', 'held.status')} from held
   where m.id = held.id and m.session_id = held.session_id
   returning m.session_id, ${wireAndLogged}`,
)
// No event: the text that grew is told by `messages chunk`, and the final message replaces it. A message that is
// final stays so, should an older flush come late.
const flush = statement<[string, string, number, string, string], { wire: object }>(
  'flush-message',
  `with held as (
     select s.id from sessions s
     where s.id = $1 and s.executing_task_id = $2 and s.executing_attempt = $3 for no key update)
   update messages m set ${assignmentsOf('$5', 'null')} from held
   where m.id = $4 and m.session_id = held.id and m.status = 'streaming'
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
export async function patchMessage(
  ledger: Ledger,
  place: Place,
  run: Attempt,
  change: MessageChange,
): Promise<object> {
  const content = change.content ? JSON.stringify(change.content) : null
  if (change.status === 'streaming') return flushMessage(ledger, place, run, content)
  const patched = await patchAtOnce(ledger, run, { ...change, id: place.id })
  if (patched) return patched
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

async function flushMessage(
  ledger: Ledger,
  place: Place,
  run: Attempt,
  content: string | null,
): Promise<object> {
  const flushed = content
    ? maybeRow(await flush(ledger.db, run.session_id, run.task_id, run.attempt, place.id, content))
    : undefined
  if (flushed) return flushed.wire
  return ledger.db.transaction(async (tx) => {
    const held = maybeRow(await holdSession(tx, place.session_id))
    if (!held) throw new YardmasterError('NOT_FOUND')
    assertHolds(held, run)
    const message = maybeRow(await find(tx, place.id))
    if (!message) throw new YardmasterError('NOT_FOUND')
    return message.wire
  })
}
