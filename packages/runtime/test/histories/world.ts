import { YardmasterError } from '@yardmaster/protocol'
import {
  askPermission,
  asSystem,
  type Claimed,
  continueQueue,
  createMessage,
  decideRequest,
  type Ending,
  editTask,
  fixSessions,
  noteTask,
  patchMessage,
  patchSession,
  stopTask,
} from '../../src/index.js'
import { attemptOf, type Host, runOf, type Yard } from '../yard.js'

/** One call, its operands as numbers that pick from what there is by then. */
export interface Step {
  kind: Kind
  a: number
  b: number
  c: number
}

/** One answered claim of one attempt. */
interface Handout {
  run: Claimed
  host: Host
  boot_id: string
}

type Wire = { id: string; status: string; attempt: number }

const reasons = [
  'harness_failed',
  'network',
  'executor_died',
  'context_overflow',
  'agent_session_lost',
  undefined,
] as const
const endings: Ending[] = ['completed', 'completed', 'failed', 'failed', 'timed_out', 'stopped']
// A runtime's guess at why an executor is gone; refused ones are not kept.
const isGuess = (reason: string | undefined) => reason === 'executor_died'

// What the death of an executor becomes is for the daemon to say, which knows of the stop.
const mayBecome = (reason: string | undefined) => (isGuess(reason) ? ['queued', 'stopped'] : ['queued'])

const pick = <T>(from: readonly T[], n: number): T | undefined => from[n % from.length]
const recent = <T>(from: readonly T[], n: number): T | undefined => pick(from.slice(-6), n)

/**
 * What happens in a history, and what was acknowledged in it. Calls may meet any state; refusals that the call names
 * are part of the game, everything else that is thrown is a violation.
 */
export class World {
  readonly violations: string[] = []
  readonly handouts: Handout[] = []
  readonly prompts: string[] = []
  /** What was accepted, by `task.attempt`. */
  readonly ended = new Map<string, Ending>()
  /** Endings that were refused and have to be in the transcript. */
  readonly kept = new Set<string>()
  /** Tasks whose stop or cancel was acknowledged, with their attempt at that time. */
  readonly stopped = new Map<string, number>()
  /** Final contents that were acknowledged, by message. */
  readonly written = new Map<string, Set<string>>()
  readonly messages: { id: string; of: Claimed }[] = []
  readonly requests: { id: string; session_id: string }[] = []
  readonly decided = new Map<string, string>()
  #numbers = 0

  private constructor(
    readonly yard: Yard,
    readonly hosts: Host[],
    readonly sessions: string[],
    readonly parallel: string[],
  ) {}

  static async make(yard: Yard): Promise<World> {
    const hosts = [await yard.runtime(), await yard.runtime({ max_concurrent: 2 })]
    const [shared, parallel, lone] = [
      await yard.worktree(hosts[0]!),
      await yard.worktree(hosts[0]!, { parallel_writers: true }),
      await yard.worktree(hosts[1]!),
    ]
    const sessions: string[] = []
    for (const worktree_id of [shared, shared, parallel, parallel, lone])
      sessions.push(await yard.session(worktree_id))
    return new World(yard, hosts, sessions, [parallel])
  }

  /** Everybody asks for something and much of it begins, so that there is something to go wrong. */
  async begin(): Promise<void> {
    await Promise.all(this.sessions.map((_, n) => this.do({ kind: 'prompt', a: n, b: 1 + n * 3, c: 1 })))
    await Promise.all(this.hosts.map((_, n) => this.do({ kind: 'claim', a: n, b: 3, c: 1 })))
    for (let n = 0; n < 2; n++) await this.do({ kind: 'start', a: n, b: 1, c: 1 })
    // Something waits behind each, so that what executes later is not always what came first.
    await Promise.all(this.sessions.map((_, n) => this.do({ kind: 'prompt', a: n, b: 1 + n * 3, c: 1 })))
  }

  async do({ kind, a, b, c }: Step): Promise<void> {
    const { allowed, act } = this.#kinds[kind]
    try {
      await act(a, b, c)
    } catch (error) {
      if (error instanceof YardmasterError && allowed.includes(error.code)) return
      this.violations.push(`${kind} threw ${error}`)
    }
  }

  /** Everything that can still go on does, until nothing is left to do. */
  async drain(): Promise<void> {
    await Promise.all(
      this.sessions.map((id) =>
        patchSession(this.yard.ledger, id, asSystem, { archived_at: null, runtime_id: this.hosts[0]!.id }),
      ),
    )
    await Promise.all(this.hosts.map((host) => host.boot()))
    for (;;) {
      const claimed = (await Promise.all(this.hosts.map((host) => this.#claim(host, 100, false)))).flat()
      await Promise.all(claimed.map((run) => this.#complete(run)))
      const released = await Promise.all(this.sessions.map((id) => this.#release(id)))
      if (claimed.length === 0 && !released.includes(true)) return
    }
  }

  async #complete(run: Claimed): Promise<void> {
    await this.yard.start(attemptOf(run))
    await this.yard.end(attemptOf(run), 'completed')
  }

  async #release(session_id: string): Promise<boolean> {
    const { held_by_task_id } = await this.yard.sessionRow(session_id)
    if (held_by_task_id) await continueQueue(this.yard.ledger, session_id, asSystem)
    return held_by_task_id !== null
  }

  async #claim(host: Host, slots: number, lost: boolean): Promise<Claimed[]> {
    const { boot_id } = host
    const runs = await host.claim(slots, this.#known(host))
    // An answer that reaches nobody, or a process that is no more, is lost.
    if (lost || host.boot_id !== boot_id) return []
    this.handouts.push(...runs.map((run) => ({ run, host, boot_id })))
    return runs
  }

  #known(host: Host): string[] {
    return this.handouts
      .filter((one) => one.host === host && one.boot_id === host.boot_id)
      .map(({ run }) => run.task.id)
  }

  async #stop(session_id: string, task_id?: string): Promise<void> {
    const task = (await stopTask(this.yard.ledger, session_id, asSystem, task_id)) as Wire
    this.stopped.set(task.id, task.attempt)
  }

  async #end(run: Claimed, status: Ending, reason: string | undefined): Promise<void> {
    const name = `${run.task.id}.${run.task.attempt}`
    try {
      const failure_reason = status === 'failed' ? reason : undefined
      const task = (await this.yard.end(attemptOf(run), status, { failure_reason })) as Wire
      if (task.status === status) this.ended.set(name, status)
      else if (status !== 'failed' || !mayBecome(reason).includes(task.status))
        this.violations.push(`The ending ${status} of ${name} was answered with ${task.status}`)
    } catch (error) {
      const { code } = error as { code?: string }
      if ((code === 'FENCED' || code === 'TASK_TERMINAL') && !(status === 'failed' && isGuess(reason)))
        this.kept.add(name)
      throw error
    }
  }

  async #write(run: Claimed, n: number, status: 'streaming' | 'final'): Promise<void> {
    const content = [{ type: 'text', text: `text ${++this.#numbers}` }]
    const what = { client_id: `m${n % 3}`, type: 'text', role: 'agent', content, status }
    const { id } = (await createMessage(this.yard.ledger, attemptOf(run), what)) as { id: string }
    if (!this.messages.some((message) => message.id === id)) this.messages.push({ id, of: run })
  }

  async #rewrite(n: number, status: 'streaming' | 'final'): Promise<void> {
    const message = recent(this.messages, n)
    if (!message) return
    const text = `text ${++this.#numbers}`
    const content = [{ type: 'text', text }]
    const place = { id: message.id, session_id: message.of.session.id }
    const stored = (await patchMessage(this.yard.ledger, place, attemptOf(message.of), {
      content,
      status,
    })) as {
      seq: number
    }
    if (status === 'final') this.written.set(message.id, new Set(this.written.get(message.id)).add(text))
    if (!stored) this.violations.push('A message was patched and nothing came back')
  }

  /** Of what was given out, the newest attempts that have not been told to have ended. */
  #live(): Claimed[] {
    const newest = new Map(this.handouts.map(({ run }) => [run.task.id, run]))
    return [...newest.values()].filter(({ task }) => !this.ended.has(`${task.id}.${task.attempt}`))
  }

  #withRun =
    (act: (run: Claimed, b: number, c: number) => Promise<unknown>) =>
    async (a: number, b: number, c: number) => {
      const run = pick(this.#live(), a)
      if (run) await act(run, b, c)
    }
  #withSession =
    (act: (id: string, b: number, c: number) => Promise<unknown>) => (a: number, b: number, c: number) =>
      act(pick(this.sessions, a)!, b, c)
  #withTask =
    (act: (task: { id: string; session_id: string }, b: number) => Promise<unknown>) =>
    async (a: number, b: number) => {
      const id = recent(this.prompts, a)
      if (id) await act(await this.yard.task(id), b)
    }
  #withHost =
    (act: (host: Host, b: number, c: number) => Promise<unknown>) => (a: number, b: number, c: number) =>
      act(pick(this.hosts, a)!, b, c)

  #kinds: Record<Kind, { allowed: string[]; act(a: number, b: number, c: number): Promise<unknown> }> = {
    prompt: {
      allowed: ['ARCHIVED', 'IDEMPOTENCY_MISMATCH'],
      act: this.#withSession(async (session_id, b, c) => {
        const id = await this.yard.prompt(session_id, {
          prompt: `prompt ${b % 2}`,
          now: b % 5 === 0,
          retry: b % 3 === 0,
          fresh: c % 7 === 0,
          idempotency_key: c % 4 === 0 ? `key ${c % 3}` : undefined,
        })
        if (!this.prompts.includes(id)) this.prompts.push(id)
      }),
    },
    edit: {
      allowed: ['NOT_QUEUED'],
      act: this.#withTask((task, b) => editTask(this.yard.ledger, task, asSystem, { prompt: `edited ${b}` })),
    },
    reorder: {
      allowed: ['NOT_QUEUED'],
      act: this.#withTask((task, b) => editTask(this.yard.ledger, task, asSystem, { position: (b % 9) - 4 })),
    },
    stopTask: {
      allowed: ['TASK_TERMINAL'],
      act: this.#withTask((task) => this.#stop(task.session_id, task.id)),
    },
    stop: { allowed: ['NOTHING_RUNS', 'TASK_TERMINAL'], act: this.#withSession((id) => this.#stop(id)) },
    continue: {
      allowed: ['NOT_HELD'],
      act: this.#withSession((id) => continueQueue(this.yard.ledger, id, asSystem)),
    },
    claim: {
      allowed: ['FENCED'],
      act: this.#withHost((host, b, c) => this.#claim(host, 1 + (b % 4), c % 6 === 0)),
    },
    start: {
      allowed: ['FENCED', 'INVALID_TRANSITION'],
      act: this.#withRun((run, b) => {
        const agent_session_id =
          b % 4 === 0
            ? undefined
            : (b % 4 < 3 && run.resume.agent_session_id) || `conversation ${run.task.id}`
        return this.yard.start(attemptOf(run), { agent_session_id, work_dir: run.worktree.path })
      }),
    },
    note: {
      allowed: ['FENCED'],
      act: this.#withRun((run, b) =>
        noteTask(this.yard.ledger, attemptOf(run), {
          model: `model ${b}`,
          agent_session_id: b % 3 === 0 ? `conversation ${b}` : undefined,
        }),
      ),
    },
    write: {
      allowed: ['FENCED'],
      act: this.#withRun((run, b, c) => this.#write(run, b, c % 2 ? 'streaming' : 'final')),
    },
    flush: { allowed: ['FENCED'], act: (a) => this.#rewrite(a, 'streaming') },
    finish: { allowed: ['FENCED'], act: (a) => this.#rewrite(a, 'final') },
    ask: {
      allowed: ['FENCED', 'INVALID_TRANSITION'],
      act: this.#withRun(async (run, b) => {
        const asked = {
          client_id: `r${b % 4}`,
          tool_call: {},
          options: [{ option_id: 'yes' }, { option_id: 'no' }],
        }
        const { id } = (await askPermission(this.yard.ledger, attemptOf(run), asked)) as Wire
        if (!this.requests.some((request) => request.id === id))
          this.requests.push({ id, session_id: run.session.id })
      }),
    },
    decide: {
      allowed: ['ALREADY_DECIDED'],
      act: async (a, b) => {
        const open = this.requests.filter(({ id }) => !this.decided.has(id))
        const request = pick(b % 5 ? open.slice(-2) : this.requests, a)
        if (!request) return
        const option = b % 2 ? 'yes' : 'no'
        await decideRequest(this.yard.ledger, request, asSystem, this.yard.user, option)
        if (this.decided.has(request.id)) this.violations.push(`${request.id} was decided twice`)
        this.decided.set(request.id, option)
      },
    },
    end: {
      allowed: ['FENCED', 'TASK_TERMINAL', 'INVALID_TRANSITION'],
      act: this.#withRun((run, b, c) => this.#end(run, pick(endings, b)!, pick(reasons, c))),
    },
    endLate: {
      allowed: ['FENCED', 'TASK_TERMINAL', 'INVALID_TRANSITION'],
      act: async (a, b, c) => {
        const found = pick(this.handouts, a)
        if (found) await this.#end(found.run, pick(endings, b)!, pick(reasons, c))
      },
    },
    heartbeat: {
      allowed: ['FENCED'],
      // What it runs, or thinks it runs: some of it is long over.
      act: this.#withHost((host, b) =>
        host.heartbeat(
          this.handouts
            .filter((one, index) => one.host === host && (b % 4 === 0 || (index + b) % 3 !== 0))
            .map(({ run }) => runOf(attemptOf(run))),
        ),
      ),
    },
    sweep: { allowed: [], act: () => this.yard.sweep() },
    loseLease: { allowed: [], act: this.#withRun((run) => this.yard.loseLease(run.task.id)) },
    loseLeases: {
      allowed: [],
      act: async () => {
        for (const id of this.prompts) await this.yard.loseLease(id)
        await this.yard.sweep()
      },
    },
    crash: {
      allowed: [],
      act: this.#withHost(async (host, b) => {
        const alive = this.handouts.filter(
          (one, index) => one.host === host && one.boot_id === host.boot_id && (index + b) % 2 === 0,
        )
        const booted = host.boot(alive.map(({ run }) => runOf(attemptOf(run))))
        // Known from the boot's first moment on, before it may claim.
        for (const one of alive) this.handouts.push({ ...one, boot_id: host.boot_id })
        await booted
      }),
    },
    archive: {
      allowed: ['EXECUTING'],
      act: this.#withSession((id, b) =>
        patchSession(this.yard.ledger, id, asSystem, {
          archived_at: b % 3 ? null : '2026-01-01T00:00:00Z',
        }),
      ),
    },
    move: {
      allowed: [],
      act: this.#withSession((id, b) =>
        patchSession(this.yard.ledger, id, asSystem, { runtime_id: pick(this.hosts, b)!.id }),
      ),
    },
    repair: {
      allowed: ['EXECUTING'],
      act: this.#withSession((id) => fixSessions(this.yard.ledger, id, asSystem)),
    },
  }
}

export const kinds = [
  'prompt',
  'edit',
  'reorder',
  'stopTask',
  'stop',
  'continue',
  'claim',
  'start',
  'note',
  'write',
  'flush',
  'finish',
  'ask',
  'decide',
  'end',
  'endLate',
  'heartbeat',
  'sweep',
  'loseLease',
  'loseLeases',
  'crash',
  'archive',
  'move',
  'repair',
] as const
export type Kind = (typeof kinds)[number]
