import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { Options } from './options.js'
import type { Transcript } from './transcript.js'

/** A session as it stands on disk. */
export interface StoredSession {
  version: 1
  id: string
  cwd: string
  title: string | null
  /** ISO 8601, this host's clock. */
  updated_at: string
  options: Options
  /** Commands that are allowed, or refused, without asking. */
  always: Record<string, 'allowed' | 'refused'>
  transcript: Transcript
}

/** `$SHELL_AGENT_STATE`, else `yardmaster-shell-agent` below the XDG state directory. */
export function stateDirectory(env: NodeJS.ProcessEnv): string {
  if (env.SHELL_AGENT_STATE) return env.SHELL_AGENT_STATE
  return join(env.XDG_STATE_HOME || join(homedir(), '.local', 'state'), 'yardmaster-shell-agent')
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * One JSON file per session, readable by its owner alone. Each save replaces the whole file by a rename,
 * so that a reader, and whoever comes after a kill -9, finds the last save whole.
 */
export class SessionStore {
  constructor(readonly directory: string) {}

  /** @throws the system's error when the directory cannot be written */
  save(session: StoredSession): void {
    mkdirSync(this.directory, { recursive: true, mode: 0o700 })
    const path = this.#path(session.id)
    const temporary = `${path}.${process.pid}.tmp`
    const file = openSync(temporary, 'w', 0o600)
    try {
      writeFileSync(file, JSON.stringify(session))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(temporary, path)
  }

  /**
   * The session; null for an unknown id, and for what is no session id at all, before the disk is touched.
   *
   * @throws when its file cannot be read or is no session of this version
   */
  read(id: string): StoredSession | null {
    if (!UUID.test(id)) return null
    let text: string
    try {
      text = readFileSync(this.#path(id), 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
      throw error
    }
    const session = JSON.parse(text) as StoredSession
    if (session.version !== 1 || session.id !== id) throw new Error(`${this.#path(id)} holds no session`)
    return session
  }

  remove(id: string): void {
    if (UUID.test(id)) rmSync(this.#path(id), { force: true })
  }

  /** Every readable session, newest first. One that is broken must not hide the others. */
  list(): StoredSession[] {
    const ids = this.#names().flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -5)] : []))
    return ids
      .flatMap((id) => {
        try {
          return this.read(id) ?? []
        } catch (error) {
          console.error(`shell-agent: ${id} is left out of the list: ${(error as Error).message}`)
          return []
        }
      })
      .sort((a, b) => (sortKey(a) < sortKey(b) ? 1 : -1))
  }

  #names(): string[] {
    try {
      return readdirSync(this.directory)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw error
    }
  }

  #path(id: string): string {
    return join(this.directory, `${id}.json`)
  }
}

/** Orders sessions by their last change; the id decides between those of the same millisecond. */
export function sortKey(session: StoredSession): string {
  return `${session.updated_at} ${session.id}`
}
