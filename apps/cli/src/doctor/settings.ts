import type { Settings } from '@yardmaster/protocol'
import { lasted } from '../output/time.js'

/** The settings in force, fit to be shown: passwords hidden, times in words. */
export function shownSettings(settings: Settings): Record<string, string> {
  const limit = (milliseconds: number, none: string) => (milliseconds === 0 ? none : lasted(milliseconds))
  const { database_url, database_owner_url, redis_url, admin } = settings
  return {
    YARDMASTER_HOME: settings.home,
    YARDMASTER_HOST: settings.host,
    YARDMASTER_PORT: String(settings.port),
    YARDMASTER_PUBLIC_URL: settings.public_url
      ? withoutPassword(settings.public_url)
      : '(from host and port)',
    DATABASE_URL: database_url ? withoutPassword(database_url) : '(embedded Postgres)',
    DATABASE_OWNER_URL: database_owner_url ? withoutPassword(database_owner_url) : '(the same user)',
    REDIS_URL: redis_url ? withoutPassword(redis_url) : '(one daemon)',
    YARDMASTER_ADMIN_EMAIL: admin?.email ?? '(a one-time link at the first start)',
    YARDMASTER_ADMIN_PASSWORD: admin ? '(set, hidden)' : '(unset)',
    YARDMASTER_ISOLATION: settings.isolation,
    YARDMASTER_RECONNECT_GRACE: lasted(settings.reconnect_grace),
    YARDMASTER_IDLE_TIMEOUT: limit(settings.idle_timeout, 'no limit'),
    YARDMASTER_RUN_TIMEOUT: limit(settings.run_timeout, 'no limit'),
    YARDMASTER_EVENT_RETENTION: limit(settings.event_retention, 'for good'),
  }
}

/** A url as it may be shown: drivers take passwords before the `@` and in the query. */
export function withoutPassword(text: string): string {
  const url = new URL(text)
  if (url.password) url.password = '***'
  for (const name of url.searchParams.keys())
    if (/password|secret|token|key/i.test(name)) url.searchParams.set(name, '***')
  return url.href
}
