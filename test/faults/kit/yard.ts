import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, connectRest, connectSocket, persist, type SocketClient } from '@yardmaster/client'
import { git } from '@yardmaster/git'
import { endTree, isAlive } from '@yardmaster/processes'
import { type Db, openDb } from '@yardmaster/store'
import { freePort } from './free-port'
import { killNow, postgresOf, postmasterOf, runsOf, treeOf } from './processes'
import { Relay } from './relay'
import { until } from './until'

const repository = join(__dirname, '..', '..', '..')
const email = 'admin@example.com'
const password = 'a password for tests'

export interface YardOptions {
  limits?: object
  /** More of the daemon's environment. */
  env?: Record<string, string>
}

/** A daemon process on a home and a Postgres of its own, behind a relay, that can be killed and started again. */
export class Yard {
  #daemon: ChildProcess | null = null
  #client: Client | null = null
  #token = ''
  #repo_id: Promise<string> | null = null

  private constructor(
    readonly place: string,
    readonly port: number,
    readonly relay: Relay,
    private options: YardOptions,
  ) {}

  static async open(options: YardOptions = {}): Promise<Yard> {
    const place = await mkdtemp(join(tmpdir(), 'yardmaster-faults-'))
    const port = await freePort()
    const yard = new Yard(place, port, await Relay.open(port), options)
    try {
      await mkdir(yard.home)
      await mkdir(yard.gates)
      await writeFile(join(yard.home, 'harnesses.json'), JSON.stringify({ gated: yard.#gatedAgent() }))
      await yard.start()
      return yard
    } catch (error) {
      await yard.close()
      throw error
    }
  }

  get home(): string {
    return join(this.place, 'home')
  }

  /** Files that what waits for them waits for. */
  get gates(): string {
    return join(this.place, 'gates')
  }

  /** The admin's calls, straight to the daemon. */
  get client(): Client {
    if (!this.#client) throw new Error('The yard was not started')
    return this.#client
  }

  /** The admin's socket, straight to the daemon. Close it. */
  socket(): SocketClient {
    return connectSocket(`http://127.0.0.1:${this.port}`, this.#token)
  }

  get daemon(): number {
    return this.#daemon!.pid!
  }

  /** What the daemon has logged since the yard was opened. */
  log(): string {
    return readFileSync(join(this.place, 'daemon.log'), 'utf8')
  }

  /** Starts the daemon, anew after a kill, and waits until it serves. */
  async start(): Promise<void> {
    const log = openSync(join(this.place, 'daemon.log'), 'a')
    const daemon = spawn(process.execPath, [join(__dirname, 'serve.mjs')], {
      cwd: repository,
      env: { ...environment(), ...this.#settings(), ...this.options.env },
      stdio: ['pipe', 'pipe', log],
    })
    closeSync(log)
    this.#daemon = daemon
    await Promise.race([
      once(daemon.stdout!, 'data'),
      once(daemon, 'exit').then(() => {
        throw new Error(`The daemon did not start:\n${this.log()}`)
      }),
    ])
    this.#client ??= await this.#signIn()
  }

  async killDaemon(): Promise<void> {
    const daemon = this.#daemon!
    const exited = once(daemon, 'exit')
    daemon.kill('SIGKILL')
    await exited
    this.relay.sever()
  }

  /** Kills the daemon and starts it with other options on the same home, where nothing is at work. */
  async restart(options: YardOptions): Promise<void> {
    await this.killDaemon()
    this.options = options
    // By another clock, the sign-in may be over.
    this.#client = null
    await this.start()
  }

  async killPostgres(): Promise<void> {
    await killNow(postmasterOf(this.home)!)
  }

  /** Waits until the daemon says that its database answers. */
  async ready(): Promise<void> {
    await until(() =>
      fetch(`http://127.0.0.1:${this.port}/readyz`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
  }

  /** A worktree of its own in the yard's only repository. */
  async worktree(name: string): Promise<string> {
    this.#repo_id ??= this.#repo()
    const { id } = await this.client.service('worktrees').create({ repo_id: await this.#repo_id, name })
    return id
  }

  /** Rows as they are, and as nobody can make them by calls. Close it. */
  database(): Db {
    const { socketDirectory } = postmasterOf(this.home)!
    const { appPassword } = postgresOf(this.home)!
    const host = encodeURIComponent(socketDirectory)
    return openDb({
      url: `postgresql://yardmaster:${appPassword}@localhost:5432/yardmaster?host=${host}`,
      max: 1,
    })
  }

  /** Ends all of it, whatever was killed before. */
  async close(): Promise<void> {
    const daemon = this.#daemon
    if (daemon && daemon.exitCode === null && daemon.signalCode === null) {
      const exited = once(daemon, 'exit')
      // One that a test put to sleep would not hear it.
      daemon.kill('SIGCONT')
      daemon.kill('SIGTERM')
      await exited
    }
    // Executors outlive their daemon, and would ask for it for ever.
    for (const run of runsOf(this.home)) await endTree(treeOf(run), { grace: 0 })
    const postmaster = postmasterOf(this.home)
    if (postmaster) {
      process.kill(postmaster.pid, 'SIGINT')
      await until(() => !isAlive(postmaster))
    }
    await this.relay.close()
    const directory = postgresOf(this.home)?.directory
    if (directory) await rm(directory, { recursive: true, force: true })
    await rm(this.place, { recursive: true, force: true })
  }

  #settings(): Record<string, string> {
    return {
      YARDMASTER_HOME: this.home,
      YARDMASTER_PORT: String(this.port),
      YARDMASTER_ADMIN_EMAIL: email,
      YARDMASTER_ADMIN_PASSWORD: password,
      FAULTS_OPTIONS: JSON.stringify({
        runtime_url: this.relay.url,
        intervals: { heartbeat: 500, poll: 500, term_grace: 500, stop_grace: 30_000, watch: 50, retry: 100 },
        limits: this.options.limits ?? {},
      }),
    }
  }

  /** The shell agent, which does not begin to speak in a worktree whose gate is kept shut. */
  #gatedAgent(): object {
    const script = 'while [ -e "$GATES/$(basename "$PWD").shut" ]; do sleep 0.05; done; exec "$0" "$@"'
    const agent = join(repository, 'packages', 'shell-agent', 'dist', 'index.js')
    return {
      name: 'Gated',
      command: 'sh',
      args: ['-c', script, process.execPath, agent],
      env: { GATES: this.gates, SHELL_AGENT_STATE: join(this.place, 'agent') },
    }
  }

  async #signIn(): Promise<Client> {
    const url = `http://127.0.0.1:${this.port}`
    const { accessToken } = await connectRest(url)
      .service('authentication')
      .create({ strategy: 'local', email, password })
    this.#token = accessToken
    return connectRest(url, accessToken)
  }

  async #repo(): Promise<string> {
    const path = join(this.place, 'repository')
    await mkdir(path)
    await git(['init', '-q', '-b', 'main'], { cwd: path })
    const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
    await git([...author, 'commit', '-q', '--allow-empty', '-m', 'Begin'], { cwd: path })
    return (await this.client.service('repos').create({ name: 'yard', path })).id
  }
}

/** A call of the test's own, repeated while the daemon or its Postgres is away. */
export const patiently = <T>(call: () => Promise<T>): Promise<T> => persist(call, { longest: 100 })

/**
 * Whatever is set where the tests run, it must not reach their daemon. Nobody is shut in: the gates by which a test holds
 * an agent at a moment of its choice are files outside of every worktree.
 */
export function environment(): NodeJS.ProcessEnv {
  const ours = /^(YARDMASTER_|DATABASE_|REDIS_URL$)/
  const others = Object.entries(process.env).filter(([name]) => !ours.test(name))
  return { ...Object.fromEntries(others), YARDMASTER_ISOLATION: 'none' }
}
