import type { Setting } from './schemas/settings.js'
import type { Settings } from './settings.js'

/** The settings in force, fit to be shown: passwords hidden, times as one writes them. */
export function shownSettings(settings: Settings): Setting[] {
  const { database_url, database_owner_url, redis_url, admin, from } = settings
  const values: Record<string, string> = {
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
    YARDMASTER_RECONNECT_GRACE: duration(settings.reconnect_grace),
    YARDMASTER_IDLE_TIMEOUT: duration(settings.idle_timeout, 'no limit'),
    YARDMASTER_RUN_TIMEOUT: duration(settings.run_timeout, 'no limit'),
    YARDMASTER_EVENT_RETENTION: duration(settings.event_retention, 'for good'),
  }
  return Object.entries(values).map(([name, value]) => ({ name, value, from: from[name] ?? 'default' }))
}

/** A url as it may be shown: drivers take passwords before the `@` and in the query. */
function withoutPassword(text: string): string {
  const url = new URL(text)
  if (url.password) url.password = '***'
  for (const name of url.searchParams.keys())
    if (/password|secret|token|key/i.test(name)) url.searchParams.set(name, '***')
  return url.href
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const

/** By the widest unit that says it in whole numbers: `15min`, `90s`, `2h`. */
function duration(milliseconds: number, none = '0'): string {
  if (milliseconds === 0) return none
  const [unit, width] = units.find(([, width]) => milliseconds % width === 0) ?? units[4]
  return `${milliseconds / width}${unit}`
}
