-- Since when a task waits for its turn: since it was queued, or since the one before it in its session was taken. It lay in
-- two tables, so a claim looked at every waiting head to find those that have waited longest; now an index leads to them.
alter table tasks add column waits_since timestamptz;
alter table tasks alter column waits_since set default clock_timestamp();
-- Of the others it is never asked: what comes back to its queue was claimed, and the claim sets it.
update tasks t set waits_since = greatest(t.created_at, s.last_claimed_at)
from sessions s
where s.id = t.session_id and t.status in ('queued', 'dispatched', 'running', 'awaiting_permission', 'stopping');

-- As before, only a query by the runtime fulfils the conditions.
drop index tasks_runtime_queue;
create index tasks_runtime_queue on tasks (runtime_id, waits_since) where status = 'queued' and runtime_id is not null;

-- Each of these serves a query by its own column only. Without that in its condition any of them serves any query for what
-- executes, and where the statistics say that nothing does, Postgres reads a whole one to look up a single task: every
-- completion did.
drop index tasks_runtime_executing;
create index tasks_runtime_executing on tasks (runtime_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping') and runtime_id is not null;
drop index tasks_one_executing;
create unique index tasks_one_executing on tasks (session_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping') and session_id is not null;
drop index tasks_one_writer;
create unique index tasks_one_writer on tasks (exclusive_worktree_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping') and exclusive_worktree_id is not null;
