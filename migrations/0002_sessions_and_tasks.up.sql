-- Conversations, their runs, what was said, and the log of it all.

create table sessions (
  id uuid primary key,
  worktree_id uuid not null references worktrees on delete restrict,
  node_id uuid not null,
  -- where the next prompt shall run
  runtime_id uuid not null references runtimes on delete restrict,
  harness text not null,
  title text,
  permission_mode text not null default 'relay' check (permission_mode in ('relay', 'auto', 'safe', 'deny')),
  model text,
  mode text,
  config jsonb not null default '{}',
  plan jsonb,
  commands jsonb,
  offered jsonb,
  created_by uuid references users on delete set null,
  parent_session_id uuid references sessions on delete set null,
  forked_from_session_id uuid references sessions on delete set null,
  agent_session_id text,
  work_dir text,
  base_sha text,
  -- the fence: an executor's writes carry both in the condition of the session's own row, because a fence
  -- that is looked up in a join is read from a snapshot of before the wait for the lock
  executing_task_id uuid,
  executing_attempt integer,
  held_by_task_id uuid,
  last_ending text check (last_ending in ('completed', 'failed', 'timed_out', 'stopped', 'cancelled')),
  last_seq bigint not null default 0,
  usage jsonb,
  created_at timestamptz not null default clock_timestamp(),
  last_activity_at timestamptz not null default clock_timestamp(),
  archived_at timestamptz,
  constraint sessions_executing_pair check ((executing_task_id is null) = (executing_attempt is null))
) with (fillfactor = 80);
create index sessions_worktree on sessions (worktree_id, id);
create index sessions_runtime on sessions (runtime_id);

create table tasks (
  id uuid primary key,
  session_id uuid not null references sessions on delete cascade,
  worktree_id uuid not null,
  -- the worktree while only one task at a time may write there, null where writers may be parallel
  exclusive_worktree_id uuid,
  runtime_id uuid not null,
  created_by uuid references users on delete set null,
  prompt text not null,
  status text not null default 'queued' check (status in (
    'queued', 'dispatched', 'running', 'awaiting_permission', 'stopping',
    'completed', 'failed', 'timed_out', 'stopped', 'cancelled')),
  attempt integer not null default 0,
  max_attempts integer not null default 3,
  -- changes with every offer of the claim; only the executor that was given the last one is believed
  nonce uuid,
  boot_id uuid,
  lease_expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  started_at timestamptz,
  completed_at timestamptz,
  ended_seq bigint,
  failure_reason text,
  error jsonb,
  git_state jsonb,
  agent_session_id text,
  work_dir text,
  resume_decision jsonb,
  usage jsonb,
  model text,
  stop_requested_at timestamptz,
  position double precision not null,
  idempotency_key text,
  fresh boolean not null default false,
  retry boolean not null default false
) with (fillfactor = 80);
create index tasks_session on tasks (session_id, id);
create index tasks_worktree on tasks (worktree_id, id);
create index tasks_queue on tasks (session_id, position, id) where status = 'queued';
create index tasks_runtime_queue on tasks (runtime_id, id) where status = 'queued';
create index tasks_runtime_executing on tasks (runtime_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping');
create unique index tasks_one_executing on tasks (session_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping');
create unique index tasks_one_writer on tasks (exclusive_worktree_id)
  where status in ('dispatched', 'running', 'awaiting_permission', 'stopping');
create unique index tasks_idempotency on tasks (session_id, idempotency_key) where idempotency_key is not null;

-- How each conversation of a harness stands: a suspect or retired one is not offered again.
create table agent_sessions (
  session_id uuid not null references sessions on delete cascade,
  agent_session_id text not null,
  runtime_id uuid not null,
  state text not null default 'usable' check (state in ('usable', 'suspect', 'retired')),
  reason text,
  primary key (session_id, agent_session_id, runtime_id)
);

create table messages (
  id uuid primary key,
  session_id uuid not null references sessions on delete cascade,
  task_id uuid references tasks on delete cascade,
  worktree_id uuid not null,
  attempt integer,
  seq bigint not null,
  type text not null check (type in ('prompt', 'text', 'thought', 'tool_call', 'notice', 'other')),
  role text not null check (role in ('user', 'agent', 'system')),
  content jsonb not null default '[]',
  preview text not null default '',
  parent_tool_use_id text,
  client_id text,
  status text not null default 'final' check (status in ('streaming', 'final')),
  created_at timestamptz not null default clock_timestamp()
);
create unique index messages_session_seq on messages (session_id, seq);
create unique index messages_client on messages (task_id, attempt, client_id) where client_id is not null;
create index messages_worktree on messages (worktree_id, id);

create table permission_requests (
  id uuid primary key,
  session_id uuid not null references sessions on delete cascade,
  task_id uuid not null references tasks on delete cascade,
  worktree_id uuid not null,
  attempt integer not null,
  client_id text not null,
  tool_call jsonb not null,
  options jsonb not null,
  status text not null default 'pending' check (status in ('pending', 'selected', 'cancelled', 'expired')),
  option_id text,
  decided_by uuid references users on delete set null,
  decided_at timestamptz,
  expires_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  constraint permission_requests_client unique (task_id, attempt, client_id),
  constraint permission_requests_selected check ((status = 'selected') = (option_id is not null))
);
create index permission_requests_session on permission_requests (session_id, id);
create index permission_requests_worktree on permission_requests (worktree_id, id);
create index permission_requests_pending on permission_requests (task_id) where status = 'pending';

-- What clients catch up from. Appended in the same transaction as the change it tells of.
create table session_events (
  session_id uuid not null references sessions on delete cascade,
  seq bigint not null,
  type text not null,
  data jsonb not null,
  at timestamptz not null default clock_timestamp(),
  primary key (session_id, seq)
);
