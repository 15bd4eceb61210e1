import type { SessionEvent } from '@yardmaster/protocol'
import { statement } from '../statement.js'

/**
 * A page of a session's log, in the order of `seq`, and how far that log was trimmed. No row where the user may not view
 * it; one without `wire` where there is nothing behind `after`, or not all of it any more. Content of messages is joined
 * from the messages themselves, so that a removed message is gone from here too.
 */
export const sessionEvents = statement<
  [user_id: string, session_id: string, after: number, limit: number],
  { trimmed_seq: number; wire: SessionEvent | null }
>(
  'session-events',
  `select s.trimmed_seq, page.wire
   from sessions s left join lateral (
     select e.seq, jsonb_build_object('seq', e.seq, 'type', e.type, 'at', e.at, 'data',
       case when e.type in ('messages created', 'messages patched') and m.id is not null
         then e.data || jsonb_build_object('content', m.content) else e.data end) as wire
     from session_events e
     left join messages m on e.type like 'messages %' and m.id = (e.data->>'id')::uuid
     where e.session_id = s.id and e.seq > $3 and s.trimmed_seq <= $3
     order by e.seq limit $4) page on true
   where s.id = $2 and access_level($1, s.worktree_id) >= 'view'
   order by page.seq`,
)
