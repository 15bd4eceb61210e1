-- One number that every change of access raises, in the transaction of the change: by comparing it, each daemon finds
-- out that it has to look at its sockets again.
create table access_version (
  only_row boolean primary key default true check (only_row),
  version bigint not null default 0
);
insert into access_version default values;

-- Once a transaction, however many rows it changes: the row's xmin tells who raised it last.
create function raise_access_version() returns trigger language plpgsql as $$
begin
  update access_version set version = version + 1 where xmin <> pg_current_xact_id()::xid;
  return null;
end $$;

-- A row and no sequence: a sequence moves before the change can be seen, and a daemon that looked in between would take
-- the old access for the new. The row is locked, so changes of access commit one after the other, and no others wait.
-- Deferred to the commit: the lock is then the last one taken and is held for the commit alone. Taken with the change,
-- it would deadlock with a transaction that holds it and waits for a row that this one has changed already.
create constraint trigger access_changed after insert or update or delete on grants
  deferrable initially deferred for each row execute function raise_access_version();
-- A team that goes takes its members and its grants along; it gives nobody access by itself.
create constraint trigger access_changed after insert or update or delete on team_members
  deferrable initially deferred for each row execute function raise_access_version();
create constraint trigger access_changed after update on worktrees
  deferrable initially deferred for each row
  when (old.others_can is distinct from new.others_can or old.repo_id is distinct from new.repo_id)
  execute function raise_access_version();
create constraint trigger access_gone after delete on worktrees
  deferrable initially deferred for each row execute function raise_access_version();
create constraint trigger access_changed after update on users
  deferrable initially deferred for each row
  when (old.role is distinct from new.role or old.auth_epoch is distinct from new.auth_epoch
    or old.disabled_at is distinct from new.disabled_at)
  execute function raise_access_version();
create constraint trigger access_gone after delete on users
  deferrable initially deferred for each row execute function raise_access_version();
-- Not when it is marked as used.
create constraint trigger access_changed after update on api_tokens
  deferrable initially deferred for each row
  when (old.user_id is distinct from new.user_id or old.token_hash is distinct from new.token_hash
    or old.expires_at is distinct from new.expires_at or old.scopes is distinct from new.scopes)
  execute function raise_access_version();
create constraint trigger access_gone after delete on api_tokens
  deferrable initially deferred for each row execute function raise_access_version();
