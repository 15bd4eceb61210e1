const secrets = new Set(['DATABASE_URL', 'DATABASE_OWNER_URL', 'REDIS_URL'])

/**
 * An environment that may be given to a harness and everything below it: all of it but what is Yardmaster's
 * own, secrets above all.
 */
export function cleanEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => !name.startsWith('YARDMASTER_') && !secrets.has(name)),
  )
}
