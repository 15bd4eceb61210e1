/** Postgres' processes get nothing of the daemon's environment, which holds secrets and could hold PG* settings. */
export function serverEnv(): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' }
}
