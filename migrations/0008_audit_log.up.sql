-- Who did what, and what was refused to whom. Rows refer to nothing: they outlive what they tell of. The daemon's user
-- may add and read, and no more (packages/store/src/grant.ts).
create table audit_log (
  id uuid primary key,
  at timestamptz not null default clock_timestamp(),
  actor_kind text not null check (actor_kind in ('user', 'executor', 'runtime', 'system', 'nobody')),
  -- the user, the executor's task, or the runtime
  actor_id uuid,
  -- as they were called then, since they may be gone
  actor_name text,
  -- the user's role then, the kind of machine, or the part of the daemon
  acting_as text not null,
  transport text check (transport in ('rest', 'socketio')),
  address text,
  resource text not null,
  method text not null,
  row_id uuid,
  worktree_id uuid,
  outcome text not null check (outcome in ('allowed', 'refused')),
  code text,
  -- names of the fields that the call set
  fields text[] not null default '{}',
  -- values of those that are no secret and say what access was given
  details jsonb not null default '{}',
  -- like calls that one row stands for
  count integer not null default 1,
  constraint audit_log_code check ((outcome = 'refused') = (code is not null))
);
create index audit_log_actor on audit_log (actor_id, id) where actor_id is not null;
create index audit_log_row on audit_log (row_id, id) where row_id is not null;
create index audit_log_worktree on audit_log (worktree_id, id) where worktree_id is not null;
create index audit_log_refused on audit_log (id) where outcome = 'refused';
