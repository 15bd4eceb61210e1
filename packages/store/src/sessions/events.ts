import type { SessionEvent } from '@yardmaster/protocol'
import { statement } from '../statement.js'

/**
 * A page of a session's log, in the order of `seq`; nothing where the user may not view it. Content of messages is
 * joined from the messages themselves, so that a removed message is gone from here too.
 */
export const sessionEvents = statement<
  [user_id: string, session_id: string, after: number, limit: number],
  { wire: SessionEvent }
>(
  'session-events',
  `select jsonb_build_object('seq', e.seq, 'type', e.type, 'at', e.at, 'data',
     case when e.type in ('messages created', 'messages patched') and m.id is not null
       then e.data || jsonb_build_object('content', m.content) else e.data end) as wire
   from session_events e
   left join messages m on e.type like 'messages %' and m.id = (e.data->>'id')::uuid
   where e.session_id = $2 and e.seq > $3
     and (select access_level($1, s.worktree_id) >= 'view' from sessions s where s.id = $2)
   order by e.seq limit $4`,
)
