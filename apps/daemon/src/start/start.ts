import { randomUUID } from 'node:crypto'
import { exposure, type Settings } from '@yardmaster/protocol'
import type { Intervals } from '@yardmaster/spawn'
import { ensureInstallation, onlyRow } from '@yardmaster/store'
import { createApp } from '../app.js'
import { openAudit } from '../audit/audit.js'
import { createLimiter, type Rates } from '../door/rates.js'
import { openPush } from '../push/push.js'
import { beginTellingAway } from '../push/telling.js'
import { AccessWatch } from '../realtime/access-watch.js'
import { beginTellingHeads } from '../realtime/heads.js'
import { Listeners } from '../realtime/listeners.js'
import { Presence } from '../realtime/presence.js'
import { publishLogged } from '../realtime/publish.js'
import { beginCuttingSlowReaders } from '../realtime/slow-readers.js'
import { beginTellingPresence } from '../realtime/tell-presence.js'
import { openSiblings } from '../siblings/open.js'
import { alone } from '../siblings/siblings.js'
import { createTokens } from '../sign-in/tokens.js'
import { closeSockets } from '../sockets/sockets.js'
import type { App, Limits, Log, Pace, Yard } from '../yard.js'
import { Cleanup } from './cleanup.js'
import { openDatabase } from './database.js'
import { ensureAdmin } from './first-admin.js'
import { hintRuntimes, wakeRuntimes } from './hints.js'
import { openHome, signingSecret } from './home.js'
import { findIsolation } from './isolation.js'
import { shareKey } from './keys.js'
import { closeServer, localUrl, takePort } from './listen.js'
import { createLocalRuntime } from './local-runtime.js'
import { announceAt, lockHome } from './lock.js'
import type { Progress } from './progress.js'
import { openSealer } from './sealer.js'
import { beginSweeping } from './sweeping.js'
import { beginTellingParents } from './telling-parents.js'

export interface Daemon {
  url: string
  app: App
  yard: Yard
  /** The one-time sign-in link, where somebody needs one. */
  link: string | null
  /** Runs that go on without the daemon; the next start takes them up again. */
  runs(): number
  /** Ends everything this start began, the last first. Calling it again waits for the same end. */
  stop(): Promise<void>
}

export interface StartOptions {
  settings: Settings
  progress: Progress
  log: Log
  limits?: Partial<Limits>
  /** How often people may sign in, prompt and spawn. Default `usualRates`. */
  rates?: Partial<Rates>
  pace?: Partial<Pace>
  intervals?: Partial<Intervals>
  /** Lets push services be on this host, and without TLS: for tests. Default false. */
  push_to_loopback?: boolean
  /** Where the local runtime and its executors call the daemon. Default: its own port. */
  runtime_url?: string
  /** Gives the start up: what was begun is ended. Once started, `stop` does that. */
  signal?: AbortSignal
}

/**
 * Starts the daemon: home and port first, since they fail fastest, then the database, the services, the runtime.
 *
 * @throws StartFailure, StoreError or HarnessFileError, each with one line that says what to do; what was started is
 *   ended before
 */
export async function startDaemon(options: StartOptions): Promise<Daemon> {
  const cleanup = new Cleanup(options.log)
  options.signal?.addEventListener('abort', () => void cleanup.run())
  try {
    return await start(options, cleanup)
  } catch (error) {
    await cleanup.run()
    throw error
  }
}

async function start(
  { settings, progress, log, limits, rates, pace, intervals, push_to_loopback, runtime_url }: StartOptions,
  cleanup: Cleanup,
): Promise<Daemon> {
  const exposed = exposure(settings)
  if (exposed) log.warn(exposed)
  await openHome(settings.home)
  cleanup.add('lock', await lockHome(settings.home))
  const { server, port } = await takePort(settings.host, settings.port)
  cleanup.add('port', () => closeServer(server))
  const database = await openDatabase(settings, progress, log)
  cleanup.add('database', () => database.close())

  const { db } = database
  const daemon_url = localUrl(settings.host, port)
  const url = settings.public_url ?? daemon_url
  const { node_id } = onlyRow(await ensureInstallation(db, randomUUID()))
  const secret = await signingSecret(settings.home)
  const isNew = await shareKey(db, 'signing.key', secret, settings.redis_url !== null)
  if (isNew) log.warn('The signing key is another one than before: every sign-in has ended.')
  const tokens = createTokens(secret)
  const redis = settings.redis_url && (await openSiblings(settings.redis_url, node_id, log))
  if (redis) cleanup.add('Redis', async () => redis.close())
  const siblings = redis ? redis.siblings : alone
  const sealer = await openSealer(db, settings, log)
  const push = await openPush(db, settings, push_to_loopback ?? false)
  const isolation = await findIsolation(settings, progress, log)
  const runtime = await createLocalRuntime({
    settings,
    isolation,
    db,
    tokens,
    daemon_url: runtime_url ?? daemon_url,
    log,
    ...(intervals ? { intervals } : {}),
  })
  const tempo: Pace = { ...usualPace, ...pace }
  const audit = openAudit(db, log, tempo)
  cleanup.add('audit log', () => audit.close())
  const presence = new Presence()
  const listeners = new Listeners((listener, place) => {
    if ('session_id' in place) presence.leave(place.session_id, listener)
  })
  const yard: Yard = {
    settings,
    isolation,
    db: audit.db,
    ledger: { db: audit.db, publish: (events) => publish(events) },
    audit,
    limiter: createLimiter(db, rates),
    tokens,
    sealer,
    push,
    url,
    limits: { ...usualLimits(settings), ...limits },
    pace: tempo,
    listeners,
    access: new AccessWatch(db, listeners, tempo.access, log),
    presence,
    node_id,
    runtime_id: runtime.id,
    wake: wakeRuntimes(siblings, runtime),
    siblings,
    log,
  }
  const app = createApp(yard)
  const publish = publishLogged(app, log)
  hintRuntimes(app, yard, runtime)

  cleanup.add('calls', () => closeServer(server))
  // Before the setup: socket.io puts itself in front of the listeners that it finds.
  server.emit('ready')
  server.on('request', app.callback())
  await app.setup(server)
  cleanup.add('sockets', () => closeSockets(app, server))
  cleanup.add('access watch', yard.access.begin())
  cleanup.add('heads', beginTellingHeads(app, yard))
  cleanup.add('slow readers', beginCuttingSlowReaders(app, yard))
  cleanup.add('presence', beginTellingPresence(app, yard))

  const token = await ensureAdmin(db, settings)
  cleanup.add('runtime', () => runtime.close())
  await progress.step(
    'Runtime',
    () => runtime.start(),
    () => `local, ${runtime.agent.atWork()} runs taken up`,
  )
  cleanup.add('sweep', beginSweeping(yard.ledger, yard.limits, settings.event_retention, log))
  cleanup.add('parents', beginTellingParents(app, yard.ledger, log))
  cleanup.add('notices', beginTellingAway(app, yard))
  cleanup.add('address', await announceAt(settings.home, daemon_url))

  return {
    url,
    app,
    yard,
    link: token && `${url}/app/#token=${token}`,
    runs: () => runtime.agent.atWork(),
    stop: () => cleanup.run(),
  }
}

const usualLimits = (settings: Settings): Limits => ({
  dispatched: 60_000,
  started: settings.reconnect_grace,
  heartbeat_timeout: 45_000,
  sweep: 5_000,
  sweep_late: 30_000,
})

const usualPace: Pace = {
  access: 500,
  head: 10_000,
  slow: 1_000,
  ping: 25_000,
  presence: 30_000,
  refusals: 1_000,
  strangers: 60_000,
}
