import {
  endTree,
  isAlive,
  type Process,
  processTable,
  signalProcess,
  treeMembers,
} from '@yardmaster/processes'
import type { Run, SpooledEnding } from '@yardmaster/protocol'
import { type Loan, takeBack } from '../isolation/logins.js'
import { rest } from '../rest.js'
import { runName } from '../runs/run-name.js'
import { type RunRecord, type RunRecords, treeOf } from '../runs/run-records.js'
import type { Spool } from '../spool/spool.js'
import { failed, stopped } from './endings.js'
import type { ExecutorProcess } from './executor-process.js'
import type { Intervals } from './options.js'
import { CannotBegin } from './order.js'
import { describe, type Troubles } from './troubles.js'

/** What the daemon still wants of a run whose executor is gone. */
export type Verdict = 'go on' | 'stop' | 'gone'

/** Puts on record, before an executor does anything, which it is and what is lent to it. */
export type OnRecord = (executor: RunRecord['executor'], loan: Loan | null) => Promise<void>

/** What a held run needs of its agent. */
export interface Host {
  records: RunRecords
  spool: Spool
  intervals: Intervals
  troubles: Troubles
  clock: () => Date
  /** Aborted when the agent closes: everything is left as it is, for the next start to find. */
  closed: AbortSignal
  /** Asks the daemon, as long as it takes. Null when the agent closes before there is an answer. */
  verdict(run: Run): Promise<Verdict | null>
}

/**
 * One run that this runtime answers for: from its start or adoption until its processes are proved gone and
 * its ending lies in the spool or is known to be said.
 */
export class HeldRun {
  /** Resolves when nothing is left to do for it, or the agent closes. Never rejects. */
  readonly done: Promise<void>
  #record: RunRecord
  #executor: ExecutorProcess | null = null
  /** What earlier looks found of its tree. */
  #known: Process[] = []
  #failure: SpooledEnding | null = null
  #carrying: Promise<unknown> = Promise.resolve()

  private constructor(
    private readonly host: Host,
    record: RunRecord,
    live: (run: HeldRun) => Promise<void>,
  ) {
    this.#record = record
    this.done = live(this)
  }

  /**
   * A run that was just claimed.
   *
   * @param begin starts its executor; `record` must be called with it before the executor does anything. Not
   *   called for a run that is stopped before.
   * @param ready resolves when it may begin
   */
  static begin(
    host: Host,
    run: Run & { cwd: string },
    ready: (run: HeldRun) => Promise<void>,
    begin: (record: OnRecord) => Promise<ExecutorProcess>,
  ): HeldRun {
    const record: RunRecord = { ...run, executor: null, order: null, loan: null }
    return new HeldRun(host, record, async (held) => {
      // What happens first must see the run among those that are held.
      await null
      await ready(held)
      if (host.closed.aborted) return
      await held.#begin(begin)
      await held.#lookAfter()
    })
  }

  /** A run whose executor outlived the agent that started it. */
  static adopt(host: Host, record: RunRecord, executor: ExecutorProcess): HeldRun {
    return new HeldRun(host, record, async (held) => {
      held.#executor = executor
      if (record.order) held.#carryOut(record.order)
      await held.#lookAfter()
    })
  }

  /**
   * A run whose executor was gone when the agent came. The daemon is not asked: under the new boot it knows
   * nothing of this run yet. Of a stop that had not reached the record it makes the same ending by itself.
   */
  static recover(host: Host, record: RunRecord): HeldRun {
    return new HeldRun(host, record, (held) =>
      held.#end(() => held.#sayAs(record.order ?? 'go on', 'was gone when the runtime started again')),
    )
  }

  get run(): Run {
    return { task_id: this.#record.task_id, attempt: this.#record.attempt }
  }

  /** Whether its executor is there: a run that only waits for its ending to be answered is over. */
  get isAtWork(): boolean {
    return this.#record.executor !== null && isAlive(this.#record.executor)
  }

  get cwd(): string | null {
    return this.#record.cwd
  }

  /** Looks at its tree, so that processes which lose every sign later are still known. */
  look(table: readonly Process[]): void {
    this.#known = treeMembers(treeOf(this.#record), this.#known, table)
  }

  /** Lets the executor end its run, ends what is left, then says `stopped`. */
  stop(): void {
    if (!this.#record.order) this.#order('stop')
  }

  /** Ends its processes and says nothing. */
  drop(): void {
    if (this.#record.order !== 'gone') this.#order('gone')
  }

  #order(order: 'stop' | 'gone'): void {
    this.#record = { ...this.#record, order }
    this.#carryOut(order)
  }

  #carryOut(order: 'stop' | 'gone'): void {
    if (this.#executor) this.#carrying = Promise.all([this.#carrying, this.#signal(order, this.#executor)])
  }

  async #signal(order: 'stop' | 'gone', executor: ExecutorProcess): Promise<void> {
    const { host } = this
    // Kept for a restart. That it cannot be is no reason to let the run go on.
    await host.records.write(this.#record).catch((error) => host.troubles.met(this.#about, error))
    try {
      this.look(processTable())
      if (order === 'gone') return void (await this.#endTree())
      signalProcess(executor.identity, 'SIGTERM')
      await Promise.race([executor.ended, rest(host.intervals.stop_grace, host.closed)])
      if (!host.closed.aborted) signalProcess(executor.identity, 'SIGKILL')
    } catch (error) {
      host.troubles.met(this.#about, error)
    }
  }

  async #lookAfter(): Promise<void> {
    const how = (await this.#executor?.ended) ?? ''
    this.#executor = null
    // It may still be writing the record that the end takes away.
    await this.#carrying
    await this.#end(() => this.#sayAsAsked(how))
  }

  async #begin(begin: (record: OnRecord) => Promise<ExecutorProcess>): Promise<void> {
    const { host } = this
    if (this.#record.order) return
    try {
      await host.records.prepare(this.run)
      this.#executor = await begin(async (executor, loan) => {
        this.#record = { ...this.#record, executor, loan }
        await host.records.write(this.#record)
      })
    } catch (error) {
      const reason = error instanceof CannotBegin ? error.reason : 'cannot_start'
      const message = error instanceof CannotBegin ? error.message : 'The executor could not be started.'
      this.#failure = failed(this.run, host.clock(), reason, message, describe(error))
    }
    // Asked while the executor was being started, when there was none yet to tell.
    if (this.#record.order) this.#carryOut(this.#record.order)
  }

  /** Proves the tree gone, says what is to be said, and lets the run go. */
  async #end(say: () => Promise<boolean>): Promise<void> {
    const { host } = this
    while (!host.closed.aborted) {
      try {
        const left = await this.#endTree()
        if (left.length > 0) {
          const pids = left.map(({ pid }) => pid).join(', ')
          throw new Error(`processes ${pids} cannot be ended; it is not declared over before they are`)
        }
        await this.#takeBack()
        if (!(await say())) return
        await host.records.close(this.run)
        await host.spool.replayOne(this.run)
        host.troubles.over(this.#about)
        return
      } catch (error) {
        if (!host.closed.aborted) host.troubles.met(this.#about, error)
        await rest(host.intervals.retry, host.closed)
      }
    }
  }

  /** That a sign-in cannot be kept holds nothing up; what is left of it is removed before the next run in that home. */
  async #takeBack(): Promise<void> {
    const { loan } = this.#record
    if (loan)
      await takeBack(loan).catch((error) => this.host.troubles.met(`sign-in of ${this.#about}`, error))
  }

  get #about(): string {
    return `run ${runName(this.run)}`
  }

  async #endTree(): Promise<Process[]> {
    const { intervals, closed } = this.host
    this.#known = await endTree(treeOf(this.#record), {
      grace: intervals.term_grace,
      known: this.#known,
      signal: closed,
    })
    return this.#known
  }

  /** False when it has to be left for the next start. */
  async #sayAsAsked(how: string): Promise<boolean> {
    const { host } = this
    const { order } = this.#record
    if (order || this.#failure || host.spool.has(this.run)) return this.#sayAs(order ?? 'go on', how)
    // It ended with nothing to say: its ending was accepted, or it was fenced, or it died. The daemon knows.
    const verdict = await host.verdict(this.run)
    return verdict !== null && this.#sayAs(verdict, how)
  }

  async #sayAs(verdict: Verdict, how: string): Promise<boolean> {
    const { host, run } = this
    // What the executor wrote stands: an ending beats a stop.
    if (verdict === 'gone' || host.spool.has(run)) return true
    if (verdict === 'stop') await host.spool.write(stopped(run, host.clock()))
    else await host.spool.write(this.#failure ?? (await this.#died(how)))
    return true
  }

  async #died(how: string): Promise<SpooledEnding> {
    const { host, run } = this
    const log = await host.records.tailOfLog(run)
    const message = `The executor ${how} without an ending.`
    return failed(run, host.clock(), 'executor_died', message, log)
  }
}
