-- Who there is, what there is, and who may do what where.

create type level as enum ('none', 'view', 'session', 'prompt', 'all', 'owner');

-- One row: the node that this database belongs to.
create table installation (
  only_row boolean primary key default true check (only_row),
  node_id uuid not null,
  created_at timestamptz not null default clock_timestamp()
);

create table users (
  id uuid primary key,
  email text not null check (email = lower(email)),
  name text not null,
  role text not null check (role in ('admin', 'member', 'viewer')),
  -- argon2id; null: signs in by link only
  password_hash text,
  -- in every token of the user; raised to end them all
  auth_epoch integer not null default 1,
  disabled_at timestamptz,
  created_at timestamptz not null default clock_timestamp(),
  constraint users_email_unique unique (email)
);

create table sign_in_links (
  token_hash bytea primary key,
  user_id uuid not null references users on delete cascade,
  expires_at timestamptz not null,
  created_at timestamptz not null default clock_timestamp()
);

create table teams (
  id uuid primary key,
  name text not null constraint teams_name_unique unique,
  created_at timestamptz not null default clock_timestamp()
);

create table team_members (
  team_id uuid not null references teams on delete cascade,
  user_id uuid not null references users on delete cascade,
  primary key (team_id, user_id)
);
create index team_members_user on team_members (user_id, team_id);

create table runtimes (
  id uuid primary key,
  name text not null,
  owner_id uuid references users on delete set null,
  harnesses jsonb not null default '[]',
  allowed_roots jsonb not null default '[]',
  isolation text not null default 'none',
  max_concurrent integer not null default 1 check (max_concurrent > 0),
  boot_id uuid,
  last_seen_at timestamptz,
  -- set and cleared by the sweep and the heartbeat, so that status and event never disagree
  offline_since timestamptz,
  created_at timestamptz not null default clock_timestamp()
);

create table repos (
  id uuid primary key,
  name text not null constraint repos_name_unique unique,
  path text not null,
  url text,
  default_branch text not null,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default clock_timestamp()
);

create table worktrees (
  id uuid primary key,
  repo_id uuid not null references repos on delete restrict,
  node_id uuid not null,
  runtime_id uuid not null references runtimes on delete restrict,
  name text not null,
  branch text not null,
  target_branch text not null,
  path text not null,
  base_sha text not null,
  others_can level not null default 'none' check (others_can < 'owner'),
  parallel_writers boolean not null default false,
  created_by uuid references users on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  archived_at timestamptz,
  constraint worktrees_name_unique unique (repo_id, name),
  constraint worktrees_path_unique unique (runtime_id, path)
);

create table grants (
  id uuid primary key,
  repo_id uuid references repos on delete cascade,
  worktree_id uuid references worktrees on delete cascade,
  user_id uuid references users on delete cascade,
  team_id uuid references teams on delete cascade,
  level level not null check (level > 'none'),
  created_by uuid references users on delete set null,
  created_at timestamptz not null default clock_timestamp(),
  constraint grants_one_place check (num_nonnulls(repo_id, worktree_id) = 1),
  constraint grants_one_holder check (num_nonnulls(user_id, team_id) = 1),
  constraint grants_unique unique nulls not distinct (repo_id, worktree_id, user_id, team_id)
);
create index grants_worktree on grants (worktree_id, user_id, team_id) where worktree_id is not null;
create index grants_repo on grants (repo_id, user_id, team_id) where repo_id is not null;
create index grants_user on grants (user_id) where user_id is not null;
create index grants_team on grants (team_id) where team_id is not null;

-- The highest grant that reaches a user on a worktree or on its repo, whichever is asked for; 'none' without one.
create function granted_level(the_user uuid, the_repo uuid, the_worktree uuid) returns level
language sql stable as $$
  select coalesce(max(g.level), 'none')
  from grants g
  where (g.repo_id = the_repo or g.worktree_id = the_worktree)
    and (g.user_id = the_user
         or g.team_id in (select m.team_id from team_members m where m.user_id = the_user))
$$;

-- The rule, once: the highest of what others can, what was granted and, for an admin, view; a viewer views at most.
create function level_of(u users, w worktrees) returns level
language sql stable as $$
  select case when u.disabled_at is not null then 'none'::level else
    least(
      greatest(
        w.others_can,
        granted_level(u.id, w.repo_id, w.id),
        case u.role when 'admin' then 'view'::level else 'none'::level end),
      case u.role when 'viewer' then 'view'::level else 'owner'::level end)
  end
$$;

create function access_level(the_user uuid, the_worktree uuid) returns level
language sql stable as $$
  select coalesce(
    (select level_of(u, w) from users u, worktrees w where u.id = the_user and w.id = the_worktree),
    'none')
$$;

-- What a user may do with a repo itself: what was granted on it, and view where a worktree of it can be seen.
create function repo_level(the_user uuid, the_repo uuid) returns level
language sql stable as $$
  select coalesce((
    select case when u.disabled_at is not null then 'none'::level else
      least(
        greatest(
          granted_level(u.id, the_repo, null),
          case when u.role = 'admin' or exists (
            select from worktrees w where w.repo_id = the_repo and level_of(u, w) >= 'view')
          then 'view'::level else 'none'::level end),
        case u.role when 'viewer' then 'view'::level else 'owner'::level end)
    end
    from users u where u.id = the_user), 'none')
$$;

create function visible_worktrees(the_user uuid, at_least level) returns setof uuid
language sql stable rows 100 as $$
  select w.id from users u, worktrees w where u.id = the_user and level_of(u, w) >= at_least
$$;
