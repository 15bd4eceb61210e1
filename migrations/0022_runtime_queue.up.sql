-- Only a query by the runtime fulfils its condition. Tasks that wait are few at most times, and the statistics then say
-- that there are none: to a planner that expects an empty index this one was as good as tasks_queue, and it looked up the
-- head of a session's queue by reading all that waited for the runtime, for each of them.
drop index tasks_runtime_queue;
create index tasks_runtime_queue on tasks (runtime_id, id) where status = 'queued' and runtime_id is not null;
