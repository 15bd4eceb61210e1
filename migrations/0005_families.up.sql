-- Sessions that come from sessions.

-- The task whose end a fork begins at. No reference: it may go, and the fork stays.
alter table sessions add column forked_from_task_id uuid;
create index sessions_children on sessions (parent_session_id) where parent_session_id is not null;
create index sessions_forks on sessions (forked_from_session_id) where forked_from_session_id is not null;

-- A spawned session's first task tells its ending to the session that spawned it. The task itself is the outbox: its
-- ending is due to be told until `told_seq` says that this very ending was.
alter table tasks add column tells_parent boolean not null default false;
alter table tasks add column told_seq bigint;
create index tasks_to_tell on tasks (session_id)
  where tells_parent and ended_seq is not null and ended_seq is distinct from told_seq;
