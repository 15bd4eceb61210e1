import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export const defaultUrl = 'http://127.0.0.1:3030'

/** Where Yardmaster keeps its things: `YARDMASTER_HOME`, by default `~/.yardmaster`. */
export const homeOf = (env: NodeJS.ProcessEnv): string =>
  env.YARDMASTER_HOME?.trim() || join(homedir(), '.yardmaster')

/**
 * The daemon to speak to: the option, `YARDMASTER_URL`, the one that serves from this home (its port may be
 * any), or the default address.
 */
export function daemonUrl(option: string | undefined, env: NodeJS.ProcessEnv): string {
  return withoutSlash(option ?? env.YARDMASTER_URL?.trim() ?? servingFrom(homeOf(env)) ?? defaultUrl)
}

export const withoutSlash = (url: string): string => url.replace(/\/+$/, '')

function servingFrom(home: string): string | null {
  try {
    const { url } = JSON.parse(readFileSync(join(home, 'daemon.json'), 'utf8')) as { url?: unknown }
    return typeof url === 'string' ? url : null
  } catch {
    return null // none serves, or it is being written right now
  }
}
