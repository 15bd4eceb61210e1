-- Teams that are changed by calls, tokens for scripts, what a person's runs get of them, and invitations.

-- A row that can be named by its id, like every other.
alter table team_members add column id uuid not null default gen_random_uuid()
  constraint team_members_id unique;

-- A token of a person's own, for scripts. It opens what its scopes and the person's access both cover.
create table api_tokens (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text not null,
  -- SHA-256 of the whole token, which has 32 random bytes in it
  token_hash bytea not null,
  scopes text[] not null
    constraint api_tokens_scopes check (scopes <@ array['read', 'work', 'manage'] and cardinality(scopes) > 0),
  expires_at timestamptz,
  -- within five minutes: not a write with every call
  last_used_at timestamptz,
  created_at timestamptz not null default clock_timestamp()
);
create index api_tokens_user on api_tokens (user_id, id);

-- Whose name a person's commits carry; null: the user's own name and address.
alter table users add column git_name text, add column git_email text;

-- Which key of the daemon's home entries are sealed with by now.
alter table installation add column environment_key_id text;

-- What a person's runs find in their environment, sealed with a key that the database does not have.
create table environment_entries (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  name text not null,
  key_id text not null,
  sealed bytea not null,
  created_at timestamptz not null default clock_timestamp(),
  updated_at timestamptz not null default clock_timestamp(),
  constraint environment_entries_unique unique (user_id, name)
);

-- People who were made and have not come yet; gone once they have.
create table invitations (
  id uuid primary key,
  user_id uuid not null references users on delete cascade constraint invitations_user_unique unique,
  token_hash bytea not null constraint invitations_token_unique unique,
  expires_at timestamptz not null,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default clock_timestamp()
);
