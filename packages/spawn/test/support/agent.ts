import { randomUUID } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endTree } from '@yardmaster/processes'
import { findHarnesses, RuntimeAgent, type RuntimeAgentOptions } from '../../src/index.js'
import { RunRecords, treeOf } from '../../src/runs/run-records.js'
import { fixture } from './processes.js'
import { RecordingDaemon } from './recording-daemon.js'

/** A home, a directory to work in, a recording daemon, and what was logged. */
export class World {
  readonly id: string = randomUUID()
  readonly lines: string[] = []
  #agents: RuntimeAgent[] = []

  private constructor(
    readonly home: string,
    readonly work: string,
    readonly daemon: RecordingDaemon,
  ) {}

  static async make(daemon: { away?: boolean } = {}): Promise<World> {
    const home = await mkdtemp(join(tmpdir(), 'yardmaster-spawn-home-'))
    const work = await mkdtemp(join(tmpdir(), 'yardmaster-spawn-work-'))
    return new World(home, work, await RecordingDaemon.start(daemon))
  }

  /** What an agent of this world is made of, as far as it can be written down. */
  get plain() {
    return {
      id: this.id,
      name: 'here',
      home: this.home,
      daemon_url: this.daemon.url,
      executor_path: fixture('executor.mjs'),
      allowed_roots: [this.work],
      idle_timeout: 1,
      run_timeout: 2,
      intervals: { heartbeat: 50, poll: 50, term_grace: 300, stop_grace: 500, watch: 20, retry: 50 },
    }
  }

  async agent(options: Partial<RuntimeAgentOptions> = {}): Promise<RuntimeAgent> {
    const harnesses = await findHarnesses({ home: this.home, path: '', shell_agent_path: __filename })
    const agent = new RuntimeAgent({
      ...this.plain,
      harnesses,
      token: () => 'runtime-token',
      log: (line) => this.lines.push(line),
      ...options,
    })
    this.#agents.push(agent)
    return agent
  }

  /** Ends everything that a test left, also when it failed. */
  async close(): Promise<void> {
    for (const agent of this.#agents) await agent.close()
    await this.daemon.close()
    for (const record of await new RunRecords(join(this.home, 'runs')).list())
      await endTree(treeOf(record), { grace: 0 })
    await chmod(this.home, 0o700)
    await rm(this.home, { recursive: true, force: true })
    await rm(this.work, { recursive: true, force: true })
  }
}
