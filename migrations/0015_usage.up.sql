-- What was used in a span of time, of the worktrees that somebody may view. Neither column ever changes, so that a run's
-- many changes of its row stay off this index.
create index tasks_made on tasks (worktree_id, created_at);
