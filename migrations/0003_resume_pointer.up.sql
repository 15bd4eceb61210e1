-- An agent session id means something only on the runtime that made it: from here on the two are a pair.

alter table sessions add column agent_session_runtime_id uuid;
-- When a prompt of the session was last taken: its next one has waited since then, however long ago it was queued.
alter table sessions add column last_claimed_at timestamptz;

-- Which event recorded the task's agent session: "later" is by the server's order, never by reported times.
alter table tasks add column agent_session_seq bigint;
-- The attempt that started last: what a new attempt has not started yet can be given to another without harm.
alter table tasks add column started_attempt integer;
-- Set when a runtime was given up; what it still has to say of this very attempt is then not too late.
alter table tasks add column given_up_at timestamptz;
-- Why the task went back to its queue, the last time it did.
alter table tasks add column requeue_reason text;
-- It was asked to stop what ran and go first: the ending of that does not hold it up.
alter table tasks add column goes_first boolean not null default false;

update tasks set agent_session_seq = ended_seq where agent_session_id is not null;
update tasks set started_attempt = attempt where started_at is not null;

-- The runtime is known only where the newest ended task that recorded an agent session recorded the session's own.
-- Anything else would be a guess, and a wrong pair resumes nothing; such rows stay unpaired.
update sessions s set agent_session_runtime_id = newest.runtime_id
from (
  select distinct on (session_id) session_id, agent_session_id, runtime_id
  from tasks where agent_session_id is not null and ended_seq is not null
  order by session_id, ended_seq desc
) newest
where newest.session_id = s.id and newest.agent_session_id = s.agent_session_id;

-- Old rows have the id alone; the other way round means nothing.
alter table sessions add constraint sessions_pointer_pair
  check (agent_session_runtime_id is null or agent_session_id is not null);
create index tasks_agent_sessions on tasks (session_id, agent_session_id, runtime_id)
  where agent_session_id is not null;

-- The session's latest ended task lost its conversation, and that is still suspect: nobody has repaired it.
create function session_has_error(s sessions) returns boolean
language sql stable as $$
  select coalesce((
    select t.failure_reason = 'agent_session_lost' and exists (
      select from agent_sessions a
      where a.session_id = s.id and a.runtime_id = t.runtime_id and a.state = 'suspect'
        and a.agent_session_id = coalesce(t.agent_session_id, t.resume_decision->>'agent_session_id'))
    from tasks t where t.session_id = s.id and t.ended_seq is not null
    order by t.ended_seq desc limit 1), false)
$$;
