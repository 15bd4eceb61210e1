import type { Run } from '@yardmaster/protocol'
import {
  ensureInstallation,
  insertRepo,
  insertUser,
  insertWorktree,
  onlyRow,
  putGrant,
  type Queryable,
  sessionStatus,
} from '@yardmaster/store'
import { v4, v7 } from 'uuid'
import { createTestDatabase, type TestDatabase } from '../../../test/database.js'
import {
  type Attempt,
  asSystem,
  type Claimed,
  claim,
  createSession,
  type Ending,
  endTask,
  heartbeat,
  type Ledger,
  type LoggedEvent,
  type NewPrompt,
  prompt,
  registerRuntime,
  startTask,
  sweep,
  type TaskReport,
} from '../src/index.js'

/** Milliseconds; long enough that nothing runs out on its own while a test goes on. */
export const LEASE = 600_000
export const GRACE = 900_000
const HEARTBEAT_TIMEOUT = 45_000

export interface SessionRow {
  id: string
  worktree_id: string
  runtime_id: string
  status: string
  last_seq: number
  last_ending: string | null
  executing_task_id: string | null
  executing_attempt: number | null
  held_by_task_id: string | null
  agent_session_id: string | null
  agent_session_runtime_id: string | null
  work_dir: string | null
}

export interface TaskRow {
  id: string
  session_id: string
  exclusive_worktree_id: string | null
  runtime_id: string
  prompt: string
  status: string
  attempt: number
  max_attempts: number
  nonce: string | null
  boot_id: string | null
  lease_expires_at: Date | null
  completed_at: Date | null
  ended_seq: number | null
  failure_reason: string | null
  requeue_reason: string | null
  given_up_at: Date | null
  stop_requested_at: Date | null
  agent_session_id: string | null
  work_dir: string | null
  git_state: object | null
  model: string | null
  position: number
  resume_decision: { agent_session_id: string | null; work_dir: string | null; reason: string } | null
}

export interface MessageRow {
  id: string
  task_id: string
  attempt: number
  type: string
  client_id: string
  status: string
  preview: string
  content: { type: string; text?: string }[]
}

export interface EventRow {
  seq: number
  type: string
  data: Record<string, unknown>
}

/** One database with a user who owns a repository, and the calls of the package on it. */
export class Yard {
  readonly user = v7()
  readonly published: LoggedEvent[] = []
  readonly ledger: Ledger
  #repo = v7()
  #names = 0

  private constructor(readonly database: TestDatabase) {
    this.ledger = { db: database.db, publish: (events) => this.published.push(...events) }
  }

  static async open(): Promise<Yard> {
    const yard = new Yard(await createTestDatabase())
    await ensureInstallation(yard.db, v7())
    await insertUser(yard.db, yard.user, 'ada@example.com', 'Ada', null, 'member')
    await insertRepo(yard.db, yard.#repo, 'repo', '/srv/repo', null, 'main', yard.user)
    await putGrant(yard.db, v7(), yard.#repo, null, yard.user, null, 'owner', yard.user)
    return yard
  }

  get db() {
    return this.database.db
  }

  close(): Promise<void> {
    return this.database.drop()
  }

  query<Row>(text: string, ...values: unknown[]): Promise<Row[]> {
    return this.db.query<Row>({ text, values })
  }

  /** A runtime that has registered, with room for many runs. */
  async runtime(what: Partial<{ max_concurrent: number; harnesses: object[]; roots: string[] }> = {}) {
    const host = new Host(this, v4(), what)
    await host.boot()
    return host
  }

  async worktree(host: Host, { parallel_writers = false } = {}): Promise<string> {
    const [id, name] = [v7(), `w${++this.#names}`]
    const sha = '0'.repeat(40)
    await insertWorktree(
      this.db,
      id,
      this.#repo,
      host.id,
      name,
      name,
      'main',
      `/srv/worktrees/${name}`,
      sha,
      'none',
      this.user,
    )
    await this.query('update worktrees set parallel_writers = $2 where id = $1', id, parallel_writers)
    return id
  }

  async session(worktree_id: string): Promise<string> {
    const made = await createSession(this.ledger, this.user, { worktree_id, harness: 'shell' })
    return (made as { id: string }).id
  }

  /** A session in a worktree of its own. */
  async sessionOn(host: Host): Promise<string> {
    return this.session(await this.worktree(host))
  }

  async prompt(session_id: string, data: Partial<NewPrompt> = {}): Promise<string> {
    const made = await prompt(this.ledger, session_id, asSystem, this.user, { prompt: 'go on', ...data })
    return (made as { id: string }).id
  }

  start(run: Attempt, report: TaskReport = {}): Promise<object> {
    return startTask(this.ledger, run, report, GRACE)
  }

  end(run: Attempt, status: Ending, report: TaskReport = {}): Promise<object> {
    return endTask(this.ledger, run, status, report)
  }

  sweep(as_of?: string): Promise<void> {
    return sweep(this.ledger, HEARTBEAT_TIMEOUT, as_of)
  }

  /** Moves a run's lease into the past: an hour nobody looked after it, without the waiting. */
  async loseLease(task_id: string): Promise<void> {
    await this.query(
      `update tasks set lease_expires_at = lease_expires_at - interval '1 day'
       where id = $1 and lease_expires_at is not null`,
      task_id,
    )
  }

  /** Prompts a session and brings the run to its start. */
  async running(host: Host, session_id: string, data: Partial<NewPrompt> = {}, report: TaskReport = {}) {
    const run = await this.dispatched(host, session_id, data)
    await this.start(run, report)
    return run
  }

  async dispatched(host: Host, session_id: string, data: Partial<NewPrompt> = {}): Promise<Attempt> {
    const id = await this.prompt(session_id, data)
    const run = (await host.claim()).find(({ task }) => task.id === id)
    if (!run) throw new Error('The prompt was not claimed')
    return attemptOf(run)
  }

  task = async (id: string): Promise<TaskRow> =>
    onlyRow(await this.query<TaskRow>('select * from tasks where id = $1', id))

  sessionRow = async (id: string): Promise<SessionRow> =>
    onlyRow(
      await this.query<SessionRow>(
        `select s.*, ${sessionStatus('s')} as status from sessions s where id = $1`,
        id,
      ),
    )

  messages = (session_id: string): Promise<MessageRow[]> =>
    this.query('select * from messages where session_id = $1 order by seq', session_id)

  events = (session_id: string): Promise<EventRow[]> =>
    this.query('select seq, type, data from session_events where session_id = $1 order by seq', session_id)

  /** The texts of what Yardmaster itself said in a session's transcript under one name. */
  notices = async (session_id: string, client_id: string): Promise<string[]> =>
    (await this.messages(session_id))
      .filter((message) => message.type === 'notice' && message.client_id === client_id)
      .map((message) => message.content[0]?.text ?? '')
}

/** A runtime as the daemon sees it: its calls, under the boot that it has at the time. */
export class Host {
  boot_id = v4()

  constructor(
    private readonly yard: Yard,
    readonly id: string,
    private readonly what: Partial<{ max_concurrent: number; harnesses: object[]; roots: string[] }>,
  ) {}

  /** Starts, or starts anew: only the named runs outlived the last boot. */
  async boot(runs: Run[] = []): Promise<void> {
    this.boot_id = v4()
    await this.register(runs)
  }

  register(runs: Run[] = []): Promise<object> {
    const { max_concurrent = 100, harnesses = [shell], roots = ['/srv'] } = this.what
    return registerRuntime(
      this.yard.ledger,
      {
        id: this.id,
        boot_id: this.boot_id,
        name: 'host',
        harnesses,
        allowed_roots: roots,
        isolation: 'none',
        max_concurrent,
      },
      runs,
    )
  }

  /** Everything there is to claim, unless told how many. What was claimed before counts as known. */
  async claim(slots = 100, known?: string[]): Promise<Claimed[]> {
    return claim(this.yard.ledger, {
      runtime_id: this.id,
      boot_id: this.boot_id,
      slots,
      known: known ?? (await this.held()),
      lease: LEASE,
    })
  }

  heartbeat(runs: Run[]) {
    const beat = { id: this.id, boot_id: this.boot_id, runs }
    return heartbeat(this.yard.ledger, beat, { dispatched: LEASE, started: GRACE })
  }

  private async held(): Promise<string[]> {
    const rows = await this.yard.query<{ id: string }>('select id from tasks where runtime_id = $1', this.id)
    return rows.map(({ id }) => id)
  }
}

export const shell = { id: 'shell', name: 'Shell', version: null, capabilities: {}, problem: null }

export const attemptOf = ({ task, session }: Claimed): Attempt => ({
  task_id: task.id,
  session_id: session.id,
  attempt: task.attempt,
})

export const runOf = ({ task_id, attempt }: Attempt): Run => ({ task_id, attempt })

/** Waits until a statement waits for a lock in this database. */
export async function blocked(on: Queryable): Promise<void> {
  const text =
    "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'"
  while ((await on.query({ text })).length === 0);
}
