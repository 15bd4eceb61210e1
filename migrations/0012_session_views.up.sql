-- How far each person has looked into a session's log: what lies behind is new to them.
create table session_views (
  user_id uuid not null references users on delete cascade,
  session_id uuid not null references sessions on delete cascade,
  seen_seq bigint not null check (seen_seq >= 0),
  seen_at timestamptz not null default clock_timestamp(),
  primary key (user_id, session_id)
);
create index session_views_session on session_views (session_id);
