-- How often somebody did what may not be done at will, counted for all daemons of this database. Its form is the rate
-- limiter's. Not logged: after a crash the counting begins anew.
create unlogged table rate_limits (
  key varchar(255) primary key,
  points integer not null default 0,
  expire bigint
);
