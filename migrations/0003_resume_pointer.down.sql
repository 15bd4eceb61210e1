drop function session_has_error(sessions);
drop index tasks_agent_sessions;
alter table sessions drop constraint sessions_pointer_pair;
alter table tasks drop column started_attempt;
alter table tasks drop column requeue_reason;
alter table tasks drop column given_up_at;
alter table tasks drop column agent_session_seq;
alter table sessions drop column last_claimed_at;
alter table sessions drop column agent_session_runtime_id;
