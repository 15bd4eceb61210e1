import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants } from 'node:fs/promises'
import { constants as system } from 'node:os'
import { basename } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import { type Enclosure, handedIn } from '@yardmaster/processes'
import type { ExecutorOrder } from '@yardmaster/protocol'
import { Failure } from '../failure.js'
import { endOwnTree } from '../own-tree.js'
import { environmentFor } from './environment.js'
import { hiding } from './secrets.js'
import { Tail } from './tail.js'

const STDERR_BYTES = 16 * 1024

/** Milliseconds that a harness which ended may still take to hand over what it wrote. */
const DRAIN = 1_000

/** The agent's process. It stays in the executor's own process group, so that one group is the whole run. */
export class Harness {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #stderr = new Tail(STDERR_BYTES)
  readonly #exited: Promise<unknown>
  /** Takes the secrets of its environment out of a text. */
  readonly hide: (text: string) => string

  private constructor(
    child: Harness['input'],
    hide: Harness['hide'],
    readonly shut: boolean,
  ) {
    this.#process = child
    this.hide = hide
    this.#exited = once(child, 'exit')
    child.stderr.on('data', (part: Buffer) => this.#stderr.append(part))
    // Written to after its end: that it ended is told by `died`.
    child.stdin.on('error', () => {})
    child.stdout.on('error', () => {})
  }

  /** @throws Failure harness_missing, cannot_start */
  static async start(order: ExecutorOrder, enclosure: Enclosure): Promise<Harness> {
    const { command, args } = order.harness
    const whole = environmentFor(order)
    const { path } = order.worktree
    if (!enclosure.isOpen) await requireProgram(command)
    const { env, line } = await startOf(enclosure, whole, [command, ...args], path)
    const [program = '', ...rest] = line
    const child = spawn(program, rest, {
      cwd: path,
      env,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    const secrets = { ...order.identity.env, 'executor token': order.token }
    const harness = new Harness(child, hiding(whole, secrets), !enclosure.isOpen)
    harness.#exited.catch(() => {})
    try {
      await once(child, 'spawn')
    } catch (error) {
      throw startFailure(command, error as NodeJS.ErrnoException)
    }
    return harness
  }

  get input(): ChildProcessByStdio<Writable, Readable, Readable> {
    return this.#process
  }

  /** Resolves when it ended by itself and its output is read, with the failure that this is in the middle of a run. */
  async died(outputRead: Promise<unknown>): Promise<Failure> {
    await this.#exited
    // What it left running may hold its output open for as long as it likes.
    await Promise.race([outputRead, delay(DRAIN)])
    // Whoever waits for an answer that it gave at the last moment goes first.
    await delay(0)
    const { exitCode, signalCode } = this.#process
    const signal = signalCode ?? (this.shut ? signalOf(exitCode) : null)
    const how = signal ? `by ${signal}` : `with exit code ${exitCode}`
    return new Failure(
      'harness_died',
      `The agent's process ended ${how} in the middle of the run.`,
      this.stderr(),
    )
  }

  /** The last of what it wrote to standard error, secrets hidden; undefined if nothing. */
  stderr(): string | undefined {
    return this.hide(this.#stderr.text()) || undefined
  }

  /**
   * Ends it and everything below it: the end of its input tells it to go, TERM and KILL make sure.
   *
   * @param patience milliseconds between each of these
   */
  async close(patience: number): Promise<void> {
    this.#process.stdin.end()
    await Promise.race([this.#exited, delay(patience)])
    await endOwnTree(patience)
  }
}

/** Command line and environment of what starts the harness. */
async function startOf(enclosure: Enclosure, env: NodeJS.ProcessEnv, line: string[], cwd: string) {
  if (enclosure.isOpen) return { env, line }
  const handed = handedIn(env)
  const [program = '', ...args] = [...handed.command, ...line]
  return { env: { ...process.env, ...handed.env }, line: await enclosure.command(program, args, { cwd }) }
}

/** Inside, that it is missing would look like an ending of its own. */
async function requireProgram(command: string): Promise<void> {
  await access(command, constants.X_OK).catch((error) => {
    throw startFailure(command, error)
  })
}

function startFailure(command: string, error: NodeJS.ErrnoException): Failure {
  // A name that is looked for in PATH is refused so where a directory there may not be entered, and it was in none of the others.
  const isNowhere = error.code === 'EACCES' && basename(command) === command
  if (error.code === 'ENOENT' || isNowhere)
    return new Failure('harness_missing', `The command "${command}" was not found; install it on this host.`)
  return new Failure('cannot_start', `The command "${command}" cannot be started: ${error.message}`)
}

/** The signal that whatever shuts it in tells by an exit code. */
const signalOf = (code: number | null): string | null =>
  Object.entries(system.signals).find(([, number]) => code === 128 + number)?.[0] ?? null
