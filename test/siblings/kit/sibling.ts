import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, connectRest, connectSocket, type SocketClient } from '@yardmaster/client'
import { endTree } from '@yardmaster/processes'
import { freePort } from '../../faults/kit/free-port'
import { runsOf, treeOf } from '../../faults/kit/processes'
import { environment } from '../../faults/kit/yard'

const repository = join(__dirname, '..', '..', '..')
const email = 'admin@example.com'
const keys = ['signing.key', 'environment.key', 'push.key']
const password = 'a password for tests'

/** No poll and no heartbeat comes while a test goes on: what happens at once, a hint has done. */
const NEVER = 3_600_000
const hintsAlone = { poll: NEVER, heartbeat: NEVER, term_grace: 500, watch: 50, retry: 100 }

export interface Place {
  url: string
  ownerUrl: string
}

/** A daemon process with a home of its own, on a database and a Redis that others serve as well. */
export class Sibling {
  #daemon: ChildProcess | null = null
  #admin: Client | null = null
  #sockets: SocketClient[] = []

  private constructor(
    readonly place: string,
    readonly port: number,
    private readonly settings: Record<string, string>,
    private readonly options: object,
  ) {}

  /** Makes a home, with the keys of another one's if that is named. Not started yet. */
  static async make(
    database: Place,
    redis_url: string,
    {
      like,
      intervals = hintsAlone,
      limits = {},
      pace = {},
    }: { like?: Sibling; intervals?: object; limits?: object; pace?: object } = {},
  ): Promise<Sibling> {
    const place = await mkdtemp(join(tmpdir(), 'yardmaster-sibling-'))
    const port = await freePort()
    const sibling = new Sibling(
      place,
      port,
      { DATABASE_URL: database.url, DATABASE_OWNER_URL: database.ownerUrl, REDIS_URL: redis_url },
      { intervals, limits, pace },
    )
    await mkdir(sibling.home, { mode: 0o700 })
    if (like) await sibling.takeKeys(like)
    return sibling
  }

  /** As whoever sets up a further daemon is told to. */
  async takeKeys(like: Sibling): Promise<void> {
    for (const key of keys) await copyFile(join(like.home, key), join(this.home, key))
  }

  get home(): string {
    return join(this.place, 'home')
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`
  }

  /** The admin's calls to this daemon. */
  get admin(): Client {
    return this.#admin!
  }

  /** What it has logged so far. */
  log(): string {
    return readFileSync(join(this.place, 'daemon.log'), 'utf8')
  }

  /** Starts it, anew after a kill, and waits until it serves. @throws with its log when it does not */
  async start(): Promise<void> {
    const log = openSync(join(this.place, 'daemon.log'), 'a')
    const daemon = spawn(process.execPath, [join(repository, 'test', 'faults', 'kit', 'serve.mjs')], {
      cwd: repository,
      env: {
        ...environment(),
        ...this.settings,
        YARDMASTER_HOME: this.home,
        YARDMASTER_PORT: String(this.port),
        YARDMASTER_ADMIN_EMAIL: email,
        YARDMASTER_ADMIN_PASSWORD: password,
        FAULTS_OPTIONS: JSON.stringify(this.options),
      },
      stdio: ['pipe', 'pipe', log],
    })
    closeSync(log)
    this.#daemon = daemon
    await Promise.race([
      once(daemon.stdout!, 'data'),
      once(daemon, 'exit').then(() => {
        throw new Error(this.log())
      }),
    ])
    this.#admin ??= (await this.signIn(email)).rest
  }

  async signIn(as: string): Promise<{ id: string; token: string; rest: Client }> {
    const { accessToken, user } = await connectRest(this.url)
      .service('authentication')
      .create({ strategy: 'local', email: as, password })
    return { id: user.id, token: accessToken, rest: connectRest(this.url, accessToken) }
  }

  /** Adds a member and signs them in here. */
  async person(name: string) {
    const as = `${name}@example.com`
    await this.admin.service('users').create({ email: as, name, password, role: 'member' })
    return this.signIn(as)
  }

  /** A socket to this daemon, connected. Closed with it. */
  async socket(token: string): Promise<SocketClient> {
    const client = connectSocket(this.url, token)
    this.#sockets.push(client)
    await once(client.socket as unknown as NodeJS.EventEmitter, 'connect')
    return client
  }

  async kill(): Promise<void> {
    const daemon = this.#daemon!
    const exited = once(daemon, 'exit')
    daemon.kill('SIGKILL')
    await exited
  }

  async close(): Promise<void> {
    for (const { close } of this.#sockets) close()
    const daemon = this.#daemon
    if (daemon && daemon.exitCode === null && daemon.signalCode === null) {
      const exited = once(daemon, 'exit')
      daemon.kill('SIGTERM')
      await exited
    }
    for (const run of runsOf(this.home)) await endTree(treeOf(run), { grace: 0 })
    await rm(this.place, { recursive: true, force: true })
  }
}
