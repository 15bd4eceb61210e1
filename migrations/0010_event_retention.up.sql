-- The log of a session may be shortened from its beginning. How far says this and not the oldest event there is: of a log
-- that is trimmed as a whole there is none.
alter table sessions add column trimmed_seq bigint not null default 0;
