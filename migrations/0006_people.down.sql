drop table invitations;
drop table environment_entries;
alter table installation drop column environment_key_id;
alter table users drop column git_name, drop column git_email;
drop table api_tokens;
alter table team_members drop column id;
