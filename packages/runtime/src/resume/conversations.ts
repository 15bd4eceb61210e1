import { statement } from '@yardmaster/store'
import type { Conversation } from './decide.js'

/** The conversations that the tasks of some sessions recorded, with the latest ending of each. */
export const conversationsOf = statement<[session_ids: string[]], Conversation & { session_id: string }>(
  'conversations-of-sessions',
  `with recorded as (
     select t.session_id, t.agent_session_id, t.runtime_id,
       max(t.agent_session_seq) as recorded_seq, max(t.ended_seq) as ended_seq
     from tasks t where t.session_id = any($1) and t.agent_session_id is not null
     group by t.session_id, t.agent_session_id, t.runtime_id)
   select r.*, coalesce(a.state, 'usable') as state,
     (select t.failure_reason from tasks t
      where t.session_id = r.session_id and t.agent_session_id = r.agent_session_id
        and t.runtime_id = r.runtime_id and t.ended_seq = r.ended_seq) as failure_reason
   from recorded r left join agent_sessions a on a.session_id = r.session_id
     and a.agent_session_id = r.agent_session_id and a.runtime_id = r.runtime_id`,
)
