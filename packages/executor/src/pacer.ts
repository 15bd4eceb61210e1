/** Runs something at most once per interval: at once when it has been quiet, else when the interval is over. */
export class Pacer {
  #last = Number.NEGATIVE_INFINITY
  #timer: NodeJS.Timeout | undefined

  /** @param interval milliseconds between two runs at least */
  constructor(
    private readonly interval: number,
    private readonly run: () => void,
  ) {}

  /** Something changed. */
  poke(): void {
    this.#timer ??= setTimeout(
      () => {
        this.#timer = undefined
        this.#last = performance.now()
        this.run()
      },
      Math.max(0, this.#last + this.interval - performance.now()),
    )
  }

  /** Forgets what is due. */
  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }

  /** The interval begins now. */
  restart(): void {
    this.stop()
    this.#last = performance.now()
  }
}
