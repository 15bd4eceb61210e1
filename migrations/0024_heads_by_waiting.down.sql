drop index tasks_one_writer;
create unique index tasks_one_writer on tasks (exclusive_worktree_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping');
drop index tasks_one_executing;
create unique index tasks_one_executing on tasks (session_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping');
drop index tasks_runtime_executing;
create index tasks_runtime_executing on tasks (runtime_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping');
drop index tasks_runtime_queue;
create index tasks_runtime_queue on tasks (runtime_id, id) where status = 'queued' and runtime_id is not null;
alter table tasks drop column waits_since;
