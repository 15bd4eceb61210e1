alter table tasks drop column attachments;
drop table attachments;
