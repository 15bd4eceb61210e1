import { rest } from '../rest.js'

/**
 * Does a work over and over: every so many milliseconds, and at once when woken. Never two at a time; being
 * woken in the middle of one means another after it, since that one may have looked too early.
 */
export class Loop {
  readonly #closed = new AbortController()
  #nap = new AbortController()
  #woken = false
  #running: Promise<void> | null = null

  /** @param work must not throw */
  constructor(
    private readonly every: number,
    private readonly work: () => Promise<void>,
  ) {}

  start(): void {
    this.#running ??= this.#run()
  }

  wake(): void {
    this.#woken = true
    this.#nap.abort()
  }

  /** Resolves when the work under way is over. */
  async close(): Promise<void> {
    this.#closed.abort()
    this.#nap.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    while (!this.#closed.signal.aborted) {
      this.#woken = false
      await this.work()
      if (this.#woken || this.#closed.signal.aborted) continue
      this.#nap = new AbortController()
      await rest(this.every, this.#nap.signal)
    }
  }
}
