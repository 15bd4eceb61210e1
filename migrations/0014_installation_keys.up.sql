-- Several daemons may serve one database, each with its own home. Keys that all of them must have alike are known here by
-- a fingerprint, so that one with another key is found out before it does harm.
create table installation_keys (
  name text primary key,
  fingerprint text not null
);
