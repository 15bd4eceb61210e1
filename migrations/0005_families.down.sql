drop index tasks_to_tell;
alter table tasks drop column told_seq;
alter table tasks drop column tells_parent;
drop index sessions_forks;
drop index sessions_children;
alter table sessions drop column forked_from_task_id;
