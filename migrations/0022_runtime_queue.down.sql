drop index tasks_runtime_queue;
create index tasks_runtime_queue on tasks (runtime_id, id) where status = 'queued';
