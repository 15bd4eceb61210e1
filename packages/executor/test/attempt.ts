import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, watch } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutorOrder, SpooledEnding } from '@yardmaster/protocol'
import { RecordingDaemon, TOKEN } from './recording-daemon.js'

// Real processes start and end here, on machines that are busy with other tests.

const executor = resolve(__dirname, '../dist/index.js')
export const shellAgent = resolve(__dirname, '../../shell-agent/dist/index.js')
const oddAgent = resolve(__dirname, 'odd-agent.mjs')

export interface Setting
  extends Partial<Pick<ExecutorOrder, 'idle_timeout' | 'run_timeout' | 'resume' | 'identity'>> {
  session?: Partial<ExecutorOrder['session']>
  harness?: Partial<ExecutorOrder['harness']>
  worktree?: string
}

/** A home with a git repository as worktree, a recording daemon, and executors run as the runtime would run them. */
export class Scene {
  readonly home = mkdtempSync(join(tmpdir(), 'executor-'))
  readonly worktree = join(this.home, 'worktree')
  readonly taskId = randomUUID()
  readonly spoolFile = join(this.home, 'spool', `${this.taskId}.1.json`)
  readonly refusedFile = join(this.home, 'spool', 'refused', `${this.taskId}.1.json`)
  readonly log = join(this.home, 'executor.log')
  readonly #processes: ChildProcess[] = []

  private constructor(readonly daemon: RecordingDaemon) {
    execFileSync('git', ['init', '-q', '-b', 'main', this.worktree])
    this.git('config', 'user.email', 'test@localhost')
    this.git('config', 'user.name', 'Test')
    this.git('commit', '-q', '--allow-empty', '-m', 'first')
  }

  static async open(): Promise<Scene> {
    return new Scene(await new RecordingDaemon().start())
  }

  async close(): Promise<void> {
    for (const child of this.#processes) if (child.exitCode === null) child.kill('SIGKILL')
    await this.daemon.stop()
    rmSync(this.home, { recursive: true, force: true })
  }

  git(...args: string[]): string {
    return execFileSync('git', ['-C', this.worktree, ...args], { encoding: 'utf8' }).trim()
  }

  /** Starts an executor with the shell agent, unless the setting names another harness. */
  shell(prompt: string, setting: Setting = {}): Attempt {
    return this.start(prompt, { command: process.execPath, args: [shellAgent], env: {} }, setting)
  }

  /** Starts an executor with the odd agent, whose prompt is a list of steps. */
  odd(steps: object[], setting: Setting = {}, odd: object = {}): Attempt {
    const harness = { command: process.execPath, args: [oddAgent], env: { ODD_AGENT: JSON.stringify(odd) } }
    return this.start(JSON.stringify(steps), harness, setting)
  }

  start(prompt: string, harness: ExecutorOrder['harness'], setting: Setting): Attempt {
    const order: ExecutorOrder = {
      task: { id: this.taskId, attempt: 1, prompt, attachments: [], created_by: null },
      session: {
        id: randomUUID(),
        harness: 'test',
        permission_mode: 'relay',
        model: null,
        mode: null,
        config: {},
        forked_from_session_id: null,
        source_worktree_id: null,
        ...setting.session,
      },
      worktree: {
        id: randomUUID(),
        path: setting.worktree ?? this.worktree,
        branch: 'main',
        runtime_id: randomUUID(),
        repo_path: this.worktree,
      },
      resume: setting.resume ?? { agent_session_id: null, work_dir: null, reason: 'first prompt' },
      identity: setting.identity ?? { git: null, env: {}, unreadable: [] },
      token: TOKEN,
      daemon_url: this.daemon.url,
      harness: { ...harness, ...setting.harness, env: { ...harness.env, ...setting.harness?.env } },
      shut_in: null,
      spool_file: this.spoolFile,
      attachments_dir: join(this.home, 'attachments'),
      made_anew: false,
      idle_timeout: setting.idle_timeout ?? 0,
      run_timeout: setting.run_timeout ?? 0,
    }
    const output = openSync(this.log, 'a')
    const mark = `${this.taskId}.1`
    const env = { ...process.env, YARDMASTER_RUN: mark, SHELL_AGENT_STATE: join(this.home, 'shell-agent') }
    const child = spawn(process.execPath, [executor], {
      detached: true,
      env,
      stdio: ['pipe', output, output],
    })
    closeSync(output)
    this.#processes.push(child)
    child.stdin?.end(JSON.stringify(order))
    return new Attempt(child, mark)
  }

  /** Resolves when the executor's log holds the text. */
  async logged(text: string): Promise<void> {
    const watcher = watch(this.log)
    while (!readFileSync(this.log, 'utf8').includes(text)) await once(watcher, 'change')
    watcher.close()
  }

  /** Resolves when there is such a file in the worktree. */
  async made(name: string): Promise<void> {
    while (!existsSync(join(this.worktree, name))) await delay(10)
  }

  /** What lies in the spool, null if nothing. */
  spooled(path = this.spoolFile): SpooledEnding | null {
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null
  }
}

export class Attempt {
  readonly #exit: Promise<unknown[]>

  constructor(
    readonly child: ChildProcess,
    private readonly mark: string,
  ) {
    this.#exit = once(child, 'exit')
  }

  /** Resolves with the exit code (or the signal) once the executor has ended. */
  async exit(): Promise<number | string> {
    const [code, signal] = await this.#exit
    return (code ?? signal) as number | string
  }

  terminate(): void {
    this.child.kill('SIGTERM')
  }

  /** Resolves when the processes of this run, killed in an exit that did not wait for them, are gone. */
  async gone(): Promise<void> {
    while (this.processes().length > 0) await delay(10)
  }

  /** Processes of this run that are alive, found by their mark. */
  processes(): string[] {
    const found = execFileSync('sh', [
      '-c',
      `grep -lsaF "YARDMASTER_RUN=${this.mark}" /proc/[0-9]*/environ || true`,
    ])
    return found.toString().split('\n').filter(Boolean)
  }
}
