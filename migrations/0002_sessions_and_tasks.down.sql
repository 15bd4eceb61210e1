drop table session_events;
drop table permission_requests;
drop table messages;
drop table agent_sessions;
drop table tasks;
drop table sessions;
