import { bounded, MESSAGE_BYTES } from '../bounds.js'
import { cleanJson } from '../clean.js'
import { Pacer } from '../pacer.js'
import type { Daemon, Report } from './daemon.js'
import type { Outbox } from './outbox.js'

/** Milliseconds between reports: each is an event in the session's log, and the last one wins. */
const INTERVAL = 500

/** Tells the session what the harness offers, plans and uses. */
export class Reporter {
  #due: Report = {}
  #queued = false
  readonly #pacer = new Pacer(INTERVAL, () => this.flush())

  constructor(
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
  ) {}

  tell(news: Report): void {
    Object.assign(this.#due, news)
    this.#pacer.poke()
  }

  /** Sends what is due without waiting for the interval. */
  flush(): void {
    this.#pacer.restart()
    if (this.#queued || Object.keys(this.#due).length === 0) return
    this.#queued = true
    void this.outbox.add(() => {
      this.#queued = false
      const report = bounded(cleanJson(this.#due) as Report, MESSAGE_BYTES) as Report
      this.#due = {}
      return () => this.daemon.report(report)
    })
  }
}
