import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import type { Isolation } from '@yardmaster/processes'
import type { Settings } from '@yardmaster/protocol'
import { findHarnesses, type Intervals, probe, RuntimeAgent, runtimeIdentity } from '@yardmaster/spawn'
import { type Db, ensureRuntime } from '@yardmaster/store'
import type { Tokens } from '../sign-in/tokens.js'
import type { Log } from '../yard.js'

export interface LocalRuntime {
  id: string
  agent: RuntimeAgent
  /** Registers, adopts what runs, and begins to claim; resolves once that is done. */
  start(): Promise<void>
  close(): Promise<void>
}

export interface LocalRuntimeOptions {
  settings: Settings
  isolation: Isolation
  db: Db
  tokens: Tokens
  daemon_url: string
  intervals?: Partial<Intervals>
  log: Log
}

/** The runtime on the daemon's own host. It speaks REST to the daemon like any other and needs no rule of its own. */
export async function createLocalRuntime(options: LocalRuntimeOptions): Promise<LocalRuntime> {
  const { settings, isolation, db, tokens, daemon_url, intervals, log } = options
  const { id } = await runtimeIdentity(settings.home)
  await ensureRuntime(db, id, 'local')
  const harnesses = await findHarnesses({
    home: settings.home,
    path: process.env.PATH,
    shell_agent_path: programOf('@yardmaster/shell-agent'),
  })
  let token = ''
  let renewAt = 0
  const agent = new RuntimeAgent({
    id,
    name: `local (${hostname()})`,
    home: settings.home,
    daemon_url,
    token() {
      // Tokens last a day; a fresh one every hour is far from that, and costs nothing.
      if (Date.now() > renewAt) {
        token = tokens.forRuntime(id)
        renewAt = Date.now() + 3_600_000
      }
      return token
    },
    harnesses,
    isolation,
    executor_path: programOf('@yardmaster/executor'),
    allowed_roots: [join(settings.home, 'worktrees')],
    idle_timeout: settings.idle_timeout,
    run_timeout: settings.run_timeout,
    ...(intervals ? { intervals } : {}),
    log: (line) => log.warn(line),
  })
  const probing = new AbortController()
  let probed: Promise<void> = Promise.resolve()
  return {
    id,
    agent,
    async start() {
      await agent.start()
      probed = probe(harnesses, () => agent.announce(), { signal: probing.signal, isolation }).catch(
        (error) => log.error('Harnesses could not be probed', error),
      )
    },
    async close() {
      probing.abort()
      await agent.close()
      await probed
    },
  }
}

/** The built program of a package: it is run as a process of its own and never imported. */
const programOf = (name: string): string =>
  join(dirname(require.resolve(`${name}/package.json`)), 'dist', 'index.js')
