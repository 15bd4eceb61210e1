import type { ChildProcess } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { endTree, identify, type ProcessIdentity, readProcess } from '../../src/index.js'
import { pidsIn, start, until } from './processes.js'

export const fixture = (name: string): string => join(__dirname, '..', 'fixtures', name)

/** A directory and a marker for the trees of one test, which all end with it, also when it fails. */
export class Grove {
  readonly marker = { PROCESSES_TEST: randomUUID() }
  readonly #started: ChildProcess[] = []
  readonly #leaders: ProcessIdentity[] = []

  private constructor(readonly directory: string) {}

  static async make(): Promise<Grove> {
    return new Grove(await mkdtemp(join(tmpdir(), 'yardmaster-processes-')))
  }

  path(name: string): string {
    return join(this.directory, name)
  }

  /** Starts a marked program as a leader of its own. */
  run(command: string, ...args: string[]): ProcessIdentity {
    return this.add(start(command, args, { ...process.env, ...this.marker }))
  }

  add(child: ChildProcess): ProcessIdentity {
    this.#started.push(child)
    const leader = identify(child.pid!)
    this.#leaders.push(leader)
    return leader
  }

  /** A tree whose members have left it in their ways: see fixtures/tree.mjs. */
  async grow() {
    const leader = this.run(process.execPath, fixture('tree.mjs'), this.path('pids'))
    const [marked, cleared, orphan] = await pidsIn(this.path('pids'), 3)
    // They are written down when setsid is started, and may have left the leader's group a moment later.
    await until(() => [marked!, cleared!].every(({ pid }) => readProcess(pid)?.session === pid))
    return { leader, marked: marked!, cleared: cleared!, orphan: orphan! }
  }

  async fell(): Promise<void> {
    for (const leader of this.#leaders)
      await endTree({ marker: this.marker, leader, cwd: null }, { grace: 0 })
    for (const child of this.#started)
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    await rm(this.directory, { recursive: true, force: true })
  }
}

/** The pids of some processes, in the order of their size. */
export const pids = (processes: { pid: number }[]): number[] =>
  processes.map(({ pid }) => pid).sort((a, b) => a - b)
