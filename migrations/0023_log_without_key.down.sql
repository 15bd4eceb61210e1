drop trigger log_gone on sessions;
drop function remove_log();

alter table session_events add constraint session_events_session_id_fkey
  foreign key (session_id) references sessions on delete cascade;
