drop index permission_requests_expiry;
alter table permission_requests drop constraint permission_requests_about;
-- Questions mean nothing to what comes before.
delete from permission_requests where tool_call is null;
alter table permission_requests drop column allowance_id;
alter table permission_requests drop column content;
alter table permission_requests drop column form;
alter table permission_requests alter column tool_call set not null;
alter table sessions drop column request_expiry;
drop table allowances;
