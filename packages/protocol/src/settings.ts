import { isAbsolute, join } from './paths.js'

export interface Settings {
  home: string
  host: string
  port: number
  /** Where people reach the daemon; null: `http://host:port`. */
  public_url: string | null
  /** null: the embedded Postgres under `home`. */
  database_url: string | null
  /** Runs the migrations; null: the same user as `database_url`. */
  database_owner_url: string | null
  redis_url: string | null
  /** Both or neither. */
  admin: { email: string; password: string } | null
  /** How agents are kept from the rest of the host; `auto`: the best that works here. */
  isolation: 'auto' | 'bubblewrap' | 'unshare' | 'none'
  /** Milliseconds a started run may be out of touch before it is given up. */
  reconnect_grace: number
  /** Milliseconds without a sign of life from the harness; 0: no limit. */
  idle_timeout: number
  /** Milliseconds for a whole run; 0: no limit. */
  run_timeout: number
  /** Milliseconds that session events are kept; 0: for good. */
  event_retention: number
  /** Where each comes from, by the name that it has in the environment. */
  from: Readonly<Record<string, SettingSource>>
}

/** `environment`: it is set there, be it to what it would be anyway. */
export const settingSources = ['environment', 'default'] as const
export type SettingSource = (typeof settingSources)[number]

/** A setting that cannot be read. The message names it, what was found and what would do. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const known = [
  'YARDMASTER_HOME',
  'YARDMASTER_HOST',
  'YARDMASTER_PORT',
  'YARDMASTER_PUBLIC_URL',
  'YARDMASTER_ADMIN_EMAIL',
  'YARDMASTER_ADMIN_PASSWORD',
  'YARDMASTER_ISOLATION',
  'YARDMASTER_RECONNECT_GRACE',
  'YARDMASTER_IDLE_TIMEOUT',
  'YARDMASTER_RUN_TIMEOUT',
  'YARDMASTER_EVENT_RETENTION',
  // read by the command line, not by the daemon
  'YARDMASTER_URL',
  'YARDMASTER_TOKEN',
  // marks the processes of a run; there when the daemon is started from inside one
  'YARDMASTER_RUN',
]

/**
 * Reads the settings from an environment. A `YARDMASTER_` name that nobody knows is refused, since it is
 * most likely a misspelt one.
 *
 * @param env like `process.env`
 * @param userHome the user's home directory, below which `.yardmaster` lies by default
 * @throws SettingsError for the first setting that cannot be read
 */
export function parseSettings(env: Record<string, string | undefined>, userHome: string): Settings {
  const unknown = Object.keys(env).find((name) => name.startsWith('YARDMASTER_') && !known.includes(name))
  if (unknown) throw new SettingsError(`${unknown} is no setting of Yardmaster; the README lists them.`)
  const from: Record<string, SettingSource> = {}
  const read = (name: string): string | null => {
    const text = env[name]?.trim() || null
    from[name] = text === null ? 'default' : 'environment'
    return text
  }

  const email = read('YARDMASTER_ADMIN_EMAIL')
  const password = read('YARDMASTER_ADMIN_PASSWORD')
  if (!email !== !password)
    throw new SettingsError(
      'YARDMASTER_ADMIN_EMAIL and YARDMASTER_ADMIN_PASSWORD go together: set both or neither.',
    )
  if (password && password.length < 10)
    throw new SettingsError('YARDMASTER_ADMIN_PASSWORD is too short: use 10 characters or more.')

  const home = read('YARDMASTER_HOME') ?? join(userHome, '.yardmaster')
  if (!isAbsolute(home)) throw new SettingsError(`YARDMASTER_HOME is "${home}": give an absolute path.`)

  return {
    home,
    host: read('YARDMASTER_HOST') ?? '127.0.0.1',
    port: port(read('YARDMASTER_PORT')),
    public_url: url('YARDMASTER_PUBLIC_URL', read('YARDMASTER_PUBLIC_URL'), ['http:', 'https:']),
    database_url: url('DATABASE_URL', read('DATABASE_URL'), ['postgres:', 'postgresql:']),
    database_owner_url: url('DATABASE_OWNER_URL', read('DATABASE_OWNER_URL'), ['postgres:', 'postgresql:']),
    redis_url: url('REDIS_URL', read('REDIS_URL'), ['redis:', 'rediss:']),
    admin: email && password ? { email, password } : null,
    isolation: isolation(read('YARDMASTER_ISOLATION')),
    reconnect_grace: duration('YARDMASTER_RECONNECT_GRACE', read('YARDMASTER_RECONNECT_GRACE'), 15 * 60_000),
    idle_timeout: duration('YARDMASTER_IDLE_TIMEOUT', read('YARDMASTER_IDLE_TIMEOUT'), 60 * 60_000),
    run_timeout: duration('YARDMASTER_RUN_TIMEOUT', read('YARDMASTER_RUN_TIMEOUT'), 0),
    event_retention: duration('YARDMASTER_EVENT_RETENTION', read('YARDMASTER_EVENT_RETENTION'), 0),
    from,
  }
}

/**
 * What is to be said of how far the daemon can be reached: null where that is this host alone, or TLS is in front.
 * Passwords and tokens would go over the network for all to read.
 */
export function exposure({ host, public_url }: Pick<Settings, 'host' | 'public_url'>): string | null {
  if (/^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host) || public_url?.startsWith('https:')) return null
  return (
    `It listens on ${host} without TLS: who is on the way can read passwords and tokens. ` +
    'Put a proxy with TLS in front and its https url into YARDMASTER_PUBLIC_URL, or listen on 127.0.0.1.'
  )
}

function port(text: string | null): number {
  const value = text === null ? 3030 : Number(text)
  if (!Number.isInteger(value) || value < 0 || value > 65_535)
    throw new SettingsError(`YARDMASTER_PORT is "${text}": give a number from 0 to 65535 (0: any free port).`)
  return value
}

function isolation(text: string | null): Settings['isolation'] {
  const known = ['auto', 'bubblewrap', 'unshare', 'none'] as const
  const found = known.find((mode) => mode === (text ?? 'auto'))
  if (!found) throw new SettingsError(`YARDMASTER_ISOLATION is "${text}": give one of ${known.join(', ')}.`)
  return found
}

function url(name: string, text: string | null, protocols: string[]): string | null {
  if (text === null) return null
  const protocol = URL.canParse(text) ? new URL(text).protocol : ''
  // The value itself may hold a password and is not repeated.
  if (!protocols.includes(protocol))
    throw new SettingsError(`${name} is no url that begins with ${protocols.join('// or ')}//.`)
  return text
}

const units: Record<string, number> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 }

/** `90s`, `15min`, `2h`, `30d`, `500ms`; a bare number is seconds. */
function duration(name: string, text: string | null, fallback: number): number {
  if (text === null) return fallback
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)?$/.exec(text) ?? []
  if (amount === undefined)
    throw new SettingsError(`${name} is "${text}": write it like 90s, 15min, 2h or 30d (0: no limit).`)
  return Math.round(Number(amount) * (units[unit ?? 's'] ?? 1000))
}
