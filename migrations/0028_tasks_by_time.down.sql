create index tasks_worktree on tasks (worktree_id, id);
