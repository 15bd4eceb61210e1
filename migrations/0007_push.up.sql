-- What each person wants to be told of when no page is before them.
alter table users add column notify text[] not null default array['asks', 'failed', 'finished']
  constraint users_notify check (notify <@ array['asks', 'failed', 'finished']);

-- Browsers that are told by their push services. It ends with the sign-ins of its time: `auth_epoch` is the user's when it
-- was made. Whoever knows an endpoint can send there, so it goes to nobody.
create table push_subscriptions (
  id uuid primary key,
  user_id uuid not null references users on delete cascade,
  auth_epoch integer not null,
  endpoint text not null constraint push_subscriptions_endpoint unique,
  -- as base64url: the browser's key, and the secret that both sides share
  p256dh text not null,
  auth_secret text not null,
  created_at timestamptz not null default clock_timestamp()
);
create index push_subscriptions_user on push_subscriptions (user_id, id);
