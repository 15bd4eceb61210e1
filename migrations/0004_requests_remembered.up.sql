-- Answers that hold for a whole session, requests that end by themselves, and questions that take more than an option.

-- What somebody allowed or refused once for the rest of a session. Found again by what was asked: the kind and the title
-- of the tool call and its subject, which are the files or the input that it names. By kind and title alone, one yes
-- to a harness that calls every command "bash" would be a yes to all of them.
create table allowances (
  id uuid primary key,
  session_id uuid not null references sessions on delete cascade,
  worktree_id uuid not null,
  kind text not null,
  title text not null,
  subject jsonb not null,
  option_kind text not null check (option_kind in ('allow_always', 'reject_always')),
  option_name text not null,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default clock_timestamp()
);
-- By digest: titles and inputs are as long as commands are, and an index entry is not.
create unique index allowances_once on allowances (session_id, md5(kind), md5(title), md5(subject::text));
create index allowances_session on allowances (session_id, id);
create index allowances_worktree on allowances (worktree_id, id);

-- Milliseconds that its requests wait for people; null: as long as it takes.
alter table sessions add column request_expiry bigint check (request_expiry > 0);

-- A question has a form in the place of a tool call, and its answer what was written into it.
alter table permission_requests alter column tool_call drop not null;
alter table permission_requests add column form jsonb;
alter table permission_requests add column content jsonb;
-- What answered it in the place of a person. Kept when that is taken back, hence no reference.
alter table permission_requests add column allowance_id uuid;
alter table permission_requests add constraint permission_requests_about
  check (num_nonnulls(tool_call, form) >= 1);
create index permission_requests_expiry on permission_requests (expires_at)
  where status = 'pending' and expires_at is not null;
