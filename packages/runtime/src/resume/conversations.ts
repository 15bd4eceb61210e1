import { statement } from '@yardmaster/store'
import type { Conversation } from './decide.js'

/**
 * The conversations of one session with the latest ending of each. One that was reported refused is known from
 * `agent_sessions` alone.
 */
export const conversationsOf = statement<[session_id: string], Conversation>(
  'conversations-of-session',
  `with recorded as (
     select t.agent_session_id, t.runtime_id, max(t.agent_session_seq) as recorded_seq, max(t.ended_seq) as ended_seq
     from tasks t where t.session_id = $1 and t.agent_session_id is not null
     group by t.agent_session_id, t.runtime_id)
   select r.agent_session_id, r.runtime_id, r.recorded_seq, r.ended_seq, coalesce(a.state, 'usable') as state,
     (select t.failure_reason from tasks t
      where t.session_id = $1 and t.agent_session_id = r.agent_session_id and t.runtime_id = r.runtime_id
        and t.ended_seq = r.ended_seq) as failure_reason
   from recorded r left join agent_sessions a on a.session_id = $1
     and a.agent_session_id = r.agent_session_id and a.runtime_id = r.runtime_id`,
)
