import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

/** A sign-in kept on the user's own machine, one per daemon. */
export interface Credential {
  token: string
  email: string
}

/**
 * The sign-ins of this user, by the daemon's url. They are the user's, not the daemon's, and may lie on another
 * machine than it: so they are kept in the user's config, not in `YARDMASTER_HOME`.
 */
export class Credentials {
  constructor(readonly file: string) {}

  static of(env: NodeJS.ProcessEnv): Credentials {
    const config = env.XDG_CONFIG_HOME?.trim() || join(env.HOME ?? homedir(), '.config')
    return new Credentials(join(config, 'yardmaster', 'credentials.json'))
  }

  get(url: string): Credential | null {
    return this.#read()[url] ?? null
  }

  put(url: string, credential: Credential): void {
    this.#write({ ...this.#read(), [url]: credential })
  }

  /** Whether there was one. */
  remove(url: string): boolean {
    const { [url]: found, ...rest } = this.#read()
    if (found) this.#write(rest)
    return found !== undefined
  }

  #read(): Record<string, Credential> {
    let text: string
    try {
      text = readFileSync(this.file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
      throw error
    }
    try {
      return JSON.parse(text) as Record<string, Credential>
    } catch {
      throw new Error(`${this.file} is not JSON: remove it and sign in again.`)
    }
  }

  // Written beside and renamed, so that nobody reads half of it and its mode is right from the first byte on.
  #write(all: Record<string, Credential>): void {
    mkdirSync(dirname(this.file), { recursive: true, mode: 0o700 })
    const beside = `${this.file}.${process.pid}`
    writeFileSync(beside, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 })
    renameSync(beside, this.file)
  }
}
