-- Tasks of a worktree are found by tasks_made, which orders them by the same. Each of a task's changes of status goes to every
-- index of the table: this one and tasks_made took 9% of what a
-- claim and an ending cost, and nobody asked for the order of this one.
drop index tasks_worktree;
