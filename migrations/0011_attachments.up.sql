-- Files that people give to agents along with prompts. They go with their session.
create table attachments (
  id uuid primary key,
  session_id uuid not null references sessions on delete cascade,
  worktree_id uuid not null,
  name text not null,
  media_type text not null,
  size integer not null,
  content bytea not null,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  -- when a prompt first took it; until then it may be taken back, and is after a day
  sent_at timestamptz
);
-- Pictures and archives are packed already. Out of line, nothing that lists rows reads them.
alter table attachments alter column content set storage external;
create index attachments_session on attachments (session_id, id);
create index attachments_worktree on attachments (worktree_id, id);
create index attachments_unsent on attachments (created_by) where sent_at is null;

-- What came with the prompt, in its order: id, name, media_type and size. None of it ever changes, so the copy cannot go
-- stale, and neither a claim nor a list has to join for it.
alter table tasks add column attachments jsonb not null default '[]';
