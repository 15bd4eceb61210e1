import { statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import type { HeldSession } from '../ledger/ledger.js'
import { logged, wireAndLogged } from '../ledger/logged.js'

export interface Notice {
  task_id: string
  attempt: number
  /** Its name within the attempt: the same notice is never written twice. */
  client_id: string
  text: string
}

const insert = statement<[number, string, string, string, number, string, string], { wire: object }>(
  'insert-notice',
  logged(
    'messages created',
    `insert into messages as m (id, session_id, task_id, worktree_id, attempt, seq, type, role, content, preview, client_id)
     select $3, s.id, $4, s.worktree_id, $5, $1, 'notice', 'system',
       jsonb_build_array(jsonb_build_object('type', 'text', 'text', $7::text)), left($7::text, 200), $6
     from sessions s where s.id = $2
       and not exists (select from messages o where o.task_id = $4 and o.attempt = $5 and o.client_id = $6)
     returning ${wireAndLogged}`,
  ),
)

/** Yardmaster itself says something in the transcript. Nothing happens when it was said before. */
export const insertNotice = (session: HeldSession, { task_id, attempt, client_id, text }: Notice) =>
  session.log('messages', 'created', (...at) => insert(...at, v7(), task_id, attempt, client_id, text))
