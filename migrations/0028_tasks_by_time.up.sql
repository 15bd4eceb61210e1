-- Tasks of a worktree are found by tasks_made, which orders them by the same. Each of a task's changes of status goes to every
-- index of the table: this one took 4% of what a claim and an ending cost, and nobody asked for its order.
drop index tasks_worktree;
