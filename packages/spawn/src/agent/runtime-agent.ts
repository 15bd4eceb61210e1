import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { statusOf } from '@yardmaster/client'
import { endTree, isAlive, noIsolation, processTable } from '@yardmaster/processes'
import type { Assignment, Run } from '@yardmaster/protocol'
import { Homes } from '../isolation/homes.js'
import { Tidying } from '../isolation/tidying.js'
import { rest } from '../rest.js'
import { markerOf, runName } from '../runs/run-name.js'
import { RunRecords } from '../runs/run-records.js'
import { Spool } from '../spool/spool.js'
import { Daemon } from './daemon.js'
import { stopped } from './endings.js'
import { adoptExecutor, startExecutor } from './executor-process.js'
import { HeldRun, type Host, type Verdict } from './held-run.js'
import { Loop } from './loop.js'
import { defaultIntervals, type Intervals, type RuntimeAgentOptions } from './options.js'
import { orderFor } from './order.js'
import { Troubles } from './troubles.js'
import { Worktrees } from './worktrees.js'

/**
 * The host side of a runtime: claims what is queued for it, starts an executor process for each run, and looks
 * after their processes and endings. Everything it does is safe to be killed in: what the next start needs is
 * on disk before it matters.
 */
export class RuntimeAgent {
  readonly #options: RuntimeAgentOptions
  readonly #intervals: Intervals
  readonly #max_concurrent: number
  readonly #closed = new AbortController()
  readonly #troubles: Troubles
  readonly #daemon: Daemon
  readonly #records: RunRecords
  readonly #spool: Spool
  readonly #host: Host
  readonly #tidying: Tidying
  readonly #held = new Map<string, HeldRun>()
  readonly #worktrees: Worktrees
  readonly #heartbeat: Loop
  readonly #claim: Loop
  /** How often there was something new to register, and which of these the daemon has. 0: it does not know us. */
  #news = 1
  #told = 0
  #started: Promise<void> | null = null
  /** Register, claims and what depends on the list of runs, one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(options: RuntimeAgentOptions) {
    const { id, home, daemon_url, token, log, max_concurrent = 4, clock = () => new Date() } = options
    this.#options = options
    this.#intervals = { ...defaultIntervals, ...options.intervals }
    this.#max_concurrent = max_concurrent
    this.#troubles = new Troubles(log)
    this.#daemon = new Daemon(daemon_url, token, id, randomUUID(), this.#closed.signal)
    this.#worktrees = new Worktrees(id)
    this.#records = new RunRecords(join(home, 'runs'))
    this.#spool = new Spool(join(home, 'spool'), (ending) => this.#daemon.end(ending), log)
    this.#tidying = new Tidying(new Homes(home), this.#intervals.tidy)
    this.#host = {
      records: this.#records,
      spool: this.#spool,
      intervals: this.#intervals,
      troubles: this.#troubles,
      clock,
      closed: this.#closed.signal,
      verdict: (run) => this.#verdict(run),
    }
    this.#heartbeat = new Loop(this.#intervals.heartbeat, async () => {
      await this.#guard('heartbeat', () => this.#beat())
      await this.#guard('spool', () => this.#replay())
    })
    this.#claim = new Loop(this.#intervals.poll, async () => {
      await this.#guard('claim', () => this.#claimAll())
    })
  }

  /**
   * Adopts the runs that live, ends what is left of those that do not, replays the spool, registers, and begins
   * to claim, in this order. Waits for a daemon that is away; resolves once it is registered, or closed.
   *
   * @throws Error when the home cannot be read or written
   */
  start(): Promise<void> {
    this.#started ??= this.#start()
    return this.#started
  }

  /** A hint that there is something to claim. The poll finds it without. */
  wake(): void {
    this.#claim.wake()
  }

  /** A hint that a run is to be stopped. The answer to the next heartbeat says so without. */
  stopHint(run: Run): void {
    const held = this.#held.get(runName(run))
    if (held) held.stop()
    else this.#heartbeat.wake()
  }

  /** A hint that a session or a person is gone, and what is kept of them can go too. */
  tidyHint(): void {
    this.#tidying.hint()
    this.#heartbeat.wake()
  }

  /** Registers anew soon, with what the catalogue says by now. */
  announce(): void {
    this.#news += 1
    this.#heartbeat.wake()
  }

  /** The runs it answers for: their processes are there, or their ending has not been answered yet. */
  runs(): Run[] {
    const runs = new Map(this.#spool.waiting().map((run) => [runName(run), run]))
    for (const [name, { run }] of this.#held) runs.set(name, run)
    return [...runs.values()]
  }

  /** How many executors are at work, and go on when the agent closes. */
  atWork(): number {
    return [...this.#held.values()].filter(({ isAtWork }) => isAtWork).length
  }

  /** Ends its timers and calls. Executors go on, and the next start adopts them. */
  async close(): Promise<void> {
    this.#closed.abort()
    await this.#started?.catch(() => {})
    await Promise.all([this.#heartbeat.close(), this.#claim.close()])
    await this.#turn
    await Promise.all([...this.#held.values()].map(({ done }) => done))
  }

  async #start(): Promise<void> {
    await this.#spool.open()
    await this.#recover()
    for (let isDone = false; !isDone && !this.#isClosed; ) {
      isDone = await this.#guard('daemon', async () => {
        const waits = await this.#spool.replay((run) => this.#isHeld(run))
        // An entry that the daemon cannot take now stays; only a daemon that does not answer stops us here.
        if (waits && statusOf(waits) === null) throw waits
        await this.#inTurn(() => this.#register())
      })
      if (!isDone) await rest(this.#intervals.retry, this.#closed.signal)
    }
    if (this.#isClosed) return
    this.#heartbeat.start()
    this.#claim.start()
  }

  async #recover(): Promise<void> {
    const gone: Promise<void>[] = []
    for (const record of await this.#records.list()) {
      if (record.executor && isAlive(record.executor)) {
        const executor = adoptExecutor(record.executor, this.#intervals.watch, this.#closed.signal)
        this.#hold(HeldRun.adopt(this.#host, record, executor))
      } else gone.push(this.#hold(HeldRun.recover(this.#host, record)))
    }
    // Leftovers that cannot be ended keep their run from being declared over, not the runtime from its work.
    const waited = new AbortController()
    const signal = AbortSignal.any([waited.signal, this.#closed.signal])
    await Promise.race([Promise.all(gone), rest(this.#intervals.term_grace + 5_000, signal)])
    waited.abort()
  }

  async #register(): Promise<void> {
    const { name, harnesses, allowed_roots, isolation = noIsolation } = this.#options
    const news = this.#news
    await this.#daemon.register({
      name,
      allowed_roots,
      isolation: isolation.mode,
      harnesses: harnesses.list(),
      max_concurrent: this.#max_concurrent,
      runs: this.runs(),
    })
    this.#told = news
  }

  async #beat(): Promise<void> {
    const table = this.#held.size > 0 ? processTable() : []
    for (const held of this.#held.values()) held.look(table)
    if (this.#told !== this.#news) await this.#inTurn(() => this.#register())
    try {
      const homes = await this.#tidying.question()
      const { stop, gone, removed = [] } = await this.#daemon.heartbeat(this.runs(), homes)
      for (const run of gone) this.#held.get(runName(run))?.drop()
      for (const run of stop) this.#stop(run)
      await this.#tidying.answered(removed)
    } catch (error) {
      // Not answered, or a process of a session that is gone was still writing in its home: the next one asks again.
      this.#tidying.hint()
      // It does not know us: its database is another one than it was.
      if (statusOf(error) === 404) this.#told = 0
      throw error
    }
  }

  /** What the daemon could not take when it was said. */
  async #replay(): Promise<void> {
    const waits = await this.#spool.replay((run) => this.#isHeld(run))
    if (waits) throw waits
  }

  #stop(run: Run): void {
    const held = this.#held.get(runName(run))
    if (held) held.stop()
    // Nothing is known of it here: its claim's answer may have been lost, or be on its way.
    else void this.#guard(`stop of run ${runName(run)}`, () => this.#inTurn(() => this.#stopUnknown(run)))
  }

  async #stopUnknown(run: Run): Promise<void> {
    const held = this.#held.get(runName(run))
    if (held) return held.stop()
    if (this.#spool.has(run)) return
    const tree = { marker: markerOf(runName(run)), leader: null, cwd: null }
    const left = await endTree(tree, { grace: this.#intervals.term_grace, signal: this.#closed.signal })
    if (left.length > 0) throw new Error(`processes ${left.map(({ pid }) => pid).join(', ')} cannot be ended`)
    await this.#spool.write(stopped(run, this.#host.clock()))
    await this.#spool.replayOne(run)
  }

  async #claimAll(): Promise<void> {
    for (let isFull = true; isFull && !this.#isClosed; ) {
      const slots = this.#max_concurrent - this.#held.size
      if (slots <= 0) return
      isFull = await this.#inTurn(async () => {
        const assignments = await this.#daemon.claim(slots, this.runs())
        for (const assignment of assignments) this.#begin(assignment)
        return assignments.length >= slots
      })
    }
  }

  #begin(assignment: Assignment): void {
    const { task, worktree } = assignment
    const run: Run = { task_id: task.id, attempt: task.attempt }
    // Offered again though we have it: the list we sent was older than its start.
    if (this.#held.has(runName(run)) || this.#spool.has(run)) return
    this.#hold(
      HeldRun.begin(
        this.#host,
        { ...run, cwd: worktree.path },
        (held) => this.#clearDirectory(held),
        async (record) => {
          const places = {
            spool_file: this.#spool.fileOf(run),
            attachments_dir: this.#records.attachmentsOf(run),
          }
          const { order, loan, handIn } = await orderFor(assignment, this.#options, places, (worktree) =>
            this.#worktrees.ensure(worktree),
          )
          // Making a worktree takes as long as it is big.
          this.#closed.signal.throwIfAborted()
          return startExecutor({
            program: this.#options.executor_path,
            cwd: this.#records.directoryOf(run),
            log: this.#records.logOf(run),
            marker: markerOf(runName(run)),
            record: async (executor) => {
              await record(executor, loan)
              await handIn()
              if (order.made_anew) await this.#worktrees.told(worktree)
            },
            order,
            closed: this.#closed.signal,
          })
        },
      ),
    )
  }

  /**
   * The fence protects rows, not files: waits until every earlier run in the directory is proved gone. Another
   * attempt of the same task is over by this one's coming. Of another task's run the daemon must say so, since
   * writers may be parallel there.
   */
  async #clearDirectory(next: HeldRun): Promise<void> {
    const others = [...this.#held.values()].filter((held) => held !== next && held.cwd === next.cwd)
    for (const held of others)
      if (held.run.task_id === next.run.task_id || (await this.#verdict(held.run)) === 'gone') {
        held.drop()
        await held.done
      }
  }

  #hold(held: HeldRun): Promise<void> {
    const name = runName(held.run)
    this.#held.set(name, held)
    return held.done.then(() => {
      if (this.#isClosed) return
      this.#held.delete(name)
      this.#claim.wake()
    })
  }

  async #verdict(run: Run): Promise<Verdict | null> {
    const isIt = (other: Run) => runName(other) === runName(run)
    let verdict: Verdict | null = null
    while (!verdict && !this.#isClosed) {
      // Before that, every heartbeat of this boot is refused.
      if (this.#told > 0)
        await this.#guard('heartbeat', async () => {
          const { stop, gone } = await this.#daemon.heartbeat(this.runs())
          verdict = gone.some(isIt) ? 'gone' : stop.some(isIt) ? 'stop' : 'go on'
        })
      if (!verdict) await rest(this.#intervals.retry, this.#closed.signal)
    }
    return verdict
  }

  /**
   * Whether an ending in the spool is a held run's business: the executor sends it while it lives, then the run
   * itself. Were it taken away under the run's hands, the run would find nothing and say another one.
   */
  #isHeld(run: Run): boolean {
    return this.#held.has(runName(run))
  }

  get #isClosed(): boolean {
    return this.#closed.signal.aborted
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(work)
    this.#turn = next.catch(() => {})
    return next
  }

  /** Does a work of which no failure may get out; whether it was done. */
  async #guard(what: string, work: () => Promise<void>): Promise<boolean> {
    try {
      await work()
      this.#troubles.over(what)
      return true
    } catch (error) {
      if (!this.#isClosed) this.#troubles.met(what, error)
      return false
    }
  }
}
