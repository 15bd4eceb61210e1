/**
 * SQL of the conversations that the tasks of a session recorded, with the latest ending of each, as a JSON array.
 *
 * @param session_id SQL of the session, which must not be of an alias `a`, `c`, `e` or `r`
 */
export const conversationsOf = (session_id: string): string => `(
  select coalesce(jsonb_agg(jsonb_build_object('agent_session_id', c.agent_session_id, 'runtime_id', c.runtime_id,
    'recorded_seq', c.recorded_seq, 'ended_seq', c.ended_seq, 'state', coalesce(a.state, 'usable'),
    'failure_reason', (
      select e.failure_reason from tasks e
      where e.session_id = ${session_id} and e.agent_session_id = c.agent_session_id
        and e.runtime_id = c.runtime_id and e.ended_seq = c.ended_seq))), '[]')
  from (
    select r.agent_session_id, r.runtime_id, max(r.agent_session_seq) as recorded_seq, max(r.ended_seq) as ended_seq
    from tasks r where r.session_id = ${session_id} and r.agent_session_id is not null
    group by r.agent_session_id, r.runtime_id) c
  left join agent_sessions a on a.session_id = ${session_id}
    and a.agent_session_id = c.agent_session_id and a.runtime_id = c.runtime_id)`
