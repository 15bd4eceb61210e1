import type { SessionEvent } from '@yardmaster/protocol'
import type { Queryable } from '../db.js'
import { presentSessionEvent } from '../present/presenters.js'
import { statement } from '../statement.js'

const pageOfLog = statement<
  [user_id: string, session_id: string, after: number, limit: number],
  { trimmed_seq: number; wire: SessionEvent | null; content: object[] | null }
>(
  'session-events',
  `select s.trimmed_seq, page.wire, page.content
   from sessions s left join lateral (
     select e.seq, ${presentSessionEvent('e')} as wire, m.content
     from session_events e
     left join messages m on m.id = case when e.type in ('messages created', 'messages patched') then (e.data->>'id')::uuid end
     where e.session_id = s.id and e.seq > $3 and s.trimmed_seq <= $3
     order by e.seq limit $4) page on true
   where s.id = $2 and access_level($1, s.worktree_id) >= 'view'
   order by page.seq`,
)

/**
 * A page of a session's log, in the order of `seq`, and how far that log was trimmed. No row where the user may not view
 * it; one without `wire` where there is nothing behind `after`, or not all of it any more. Content of messages is joined
 * from the messages themselves, so that a removed message is gone from here too.
 */
export async function sessionEvents(
  on: Queryable,
  user_id: string,
  session_id: string,
  after: number,
  limit: number,
): Promise<{ trimmed_seq: number; wire: SessionEvent | null }[]> {
  const rows = await pageOfLog(on, user_id, session_id, after, limit)
  for (const { wire, content } of rows) if (wire && content) Object.assign(wire.data as object, { content })
  return rows
}
