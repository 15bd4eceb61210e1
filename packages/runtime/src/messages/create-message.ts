import { maybeRow, presentMessage, statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import { type Attempt, assertHolds } from '../attempt/fence.js'
import { atOnce } from '../ledger/at-once.js'
import { asSystem, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, wireAndLogged } from '../ledger/logged.js'
import { previewOf } from './preview.js'

export interface NewMessage {
  client_id: string
  type: string
  role: string
  content: object[]
  parent_tool_use_id?: string | null
  status?: string
}

const insert = statement<
  [number, string, string, string, number, string, string, string, string | null, string, string],
  { wire: object }
>(
  'insert-message',
  logged(
    'messages created',
    `insert into messages as m (id, session_id, task_id, worktree_id, attempt, seq, type, role, content, preview,
       parent_tool_use_id, client_id, status)
     select $3, s.id, $4, s.worktree_id, $5, $1, $6, $7, $8::jsonb, ${previewOf('$8::jsonb')}, $9, $10, $11
     from sessions s where s.id = $2 returning ${wireAndLogged}`,
  ),
)
const findByClientId = statement<[string, number, string], { wire: object }>(
  'find-message',
  `select ${presentMessage('m')} as wire from messages m
   where m.task_id = $1 and m.attempt = $2 and m.client_id = $3`,
)

const insertAtOnce = atOnce<NewMessage & { id: string }>(
  'insert-message-at-once',
  'messages created',
  'id uuid, type text, role text, content jsonb, parent_tool_use_id text, client_id text, status text',
  `not exists (select from messages m
     where m.task_id = a.task_id and m.attempt = a.attempt and m.client_id = a.client_id)`,
  `insert into messages as m (id, session_id, task_id, worktree_id, attempt, seq, type, role, content, preview,
     parent_tool_use_id, client_id, status)
   select id, session_id, task_id, worktree_id, attempt, seq, type, role, content, ${previewOf('content')},
     parent_tool_use_id, client_id, coalesce(status, 'final')
   from held returning m.session_id, ${wireAndLogged}`,
)

/** Adds to the transcript. The same `client_id` again answers the message that is there. @throws FENCED */
export async function createMessage(ledger: Ledger, run: Attempt, message: NewMessage): Promise<object> {
  const inserted = await insertAtOnce(ledger, run, { id: v7(), ...message })
  if (inserted) return inserted
  const said = [
    message.type,
    message.role,
    JSON.stringify(message.content),
    message.parent_tool_use_id ?? null,
    message.client_id,
    message.status ?? 'final',
  ] as const
  return inSession(ledger, run.session_id, asSystem, 1, async (session) => {
    assertHolds(session.row, run)
    const there = maybeRow(await findByClientId(session.tx, run.task_id, run.attempt, message.client_id))
    if (there) return there.wire
    return (await session.log('messages', 'created', (...at) =>
      insert(...at, v7(), run.task_id, run.attempt, ...said),
    ))!
  })
}
