import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, connectRest, connectSocket, type SocketClient } from '@yardmaster/client'
import { createLog, type Daemon, type StartOptions, silent, startDaemon } from '@yardmaster/daemon'
import { git } from '@yardmaster/git'
import { endTree } from '@yardmaster/processes'
import type { Level, Role, User } from '@yardmaster/protocol'
import { parseSettings } from '@yardmaster/protocol'
import { createTestDatabase, type TestDatabase } from './database'

export interface Person {
  user: User
  token: string
  rest: Client
}

/** A daemon of a test file's own: a real one, on a real database, a free port and a temporary home. */
export interface TestDaemon {
  daemon: Daemon
  database: TestDatabase
  home: string
  url: string
  admin: Person
  /** Adds a user and signs them in by password. */
  person(role?: Role): Promise<Person>
  /** A client over socket.io for a token, connected. Closed with the daemon. */
  socket(token: string): Promise<SocketClient>
  /** A git repository with one commit, added by the admin. */
  repo(): Promise<{ id: string; path: string }>
  /** A worktree of a new repository (or of `repo_id`), the admin its owner; others as granted. */
  worktree(options?: {
    repo_id?: string
    grants?: [Person, Level][]
  }): Promise<{ id: string; path: string; repo_id: string }>
  /** A session with the shell agent, by default of the admin. */
  session(worktree_id: string, by?: Person, more?: object): Promise<{ id: string }>
  stop(): Promise<void>
}

export interface TestDaemonOptions extends Partial<StartOptions> {
  /** Puts into the home what is to be there before the daemon starts. */
  prepare?(home: string): Promise<void>
  /** More settings. */
  env?: Record<string, string>
}

/** Agents shut in as they are by default, or as is said where the tests are started. */
export const asUsersGetIt = { YARDMASTER_ISOLATION: process.env.YARDMASTER_ISOLATION ?? 'auto' }

/** @param options limits and intervals that differ from the usual; anything else the daemon takes */
export async function startTestDaemon({
  prepare,
  env,
  ...options
}: TestDaemonOptions = {}): Promise<TestDaemon> {
  const database = await createTestDatabase()
  const home = await mkdtemp(join(tmpdir(), 'yardmaster-home-'))
  await prepare?.(home)
  const password = 'a password for tests'
  const settings = parseSettings(
    {
      YARDMASTER_HOME: home,
      YARDMASTER_PORT: '0',
      // Where no agent runs there is nobody to shut in, and nothing to wait for. Files in which one does say `auto`.
      YARDMASTER_ISOLATION: 'none',
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
      YARDMASTER_ADMIN_EMAIL: 'admin@example.com',
      YARDMASTER_ADMIN_PASSWORD: password,
      ...env,
    },
    home,
  )
  // Tests do in a second what takes people an hour; those of the limits themselves set their own.
  const never = { points: 1_000_000, seconds: 1 }
  const rates = {
    ...{
      sign_in_address: never,
      sign_in_account: never,
      sign_in_strangers: never,
      prompt: never,
      spawn: never,
    },
    ...options.rates,
  }
  const log = createLog(process.stderr)
  const daemon = await startDaemon({ settings, progress: silent, log, ...options, rates })
  const { url } = daemon
  const sockets: SocketClient[] = []
  const directories = [home]

  const signIn = async (email: string): Promise<Person> => {
    const { accessToken, user } = await connectRest(url)
      .service('authentication')
      .create({ strategy: 'local', email, password })
    return { user, token: accessToken, rest: connectRest(url, accessToken) }
  }
  const admin = await signIn('admin@example.com')

  const repo = async () => {
    const path = await mkdtemp(join(tmpdir(), 'yardmaster-repo-'))
    directories.push(path)
    await git(['init', '-q', '-b', 'main'], { cwd: path })
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    await git([...author, 'commit', '-q', '--allow-empty', '-m', 'Begin'], { cwd: path })
    const { id } = await admin.rest.service('repos').create({ name: `repo-${randomUUID()}`, path })
    return { id, path }
  }

  return {
    daemon,
    database,
    home,
    url,
    admin,
    repo,
    async person(role = 'member') {
      const email = `${randomUUID()}@example.com`
      await admin.rest.service('users').create({ email, name: email, password, role })
      return signIn(email)
    },
    async socket(token) {
      const client = connectSocket(url, token)
      sockets.push(client)
      await new Promise<void>((resolve, reject) => {
        client.socket.once('connect', resolve)
        client.socket.once('connect_error', reject)
      })
      return client
    },
    async worktree({ repo_id, grants = [] } = {}) {
      const of = repo_id ?? (await repo()).id
      const { id, path } = await admin.rest
        .service('worktrees')
        .create({ repo_id: of, name: `wt-${randomUUID()}` })
      for (const [{ user }, level] of grants)
        await admin.rest.service('grants').create({ worktree_id: id, user_id: user.id, level })
      return { id, path, repo_id: of }
    },
    async session(worktree_id, by = admin, more = {}) {
      return by.rest.service('sessions').create({ worktree_id, harness: 'shell', ...more })
    },
    async stop() {
      for (const { close } of sockets) close()
      await daemon.stop()
      await endRuns(home)
      await database.drop()
      for (const directory of directories) await rm(directory, { recursive: true, force: true })
    },
  }
}

/** Executors outlive their daemon on purpose. Here nobody will take them up again. */
async function endRuns(home: string): Promise<void> {
  const runs = await readdir(join(home, 'runs')).catch(() => [])
  for (const YARDMASTER_RUN of runs) await endTree({ marker: { YARDMASTER_RUN }, leader: null, cwd: null })
}
