/** A time limit that can rest: what is left of it then stays as it is. */
export class Clock {
  #left: number
  #since = 0
  #timer: NodeJS.Timeout | undefined
  readonly #resting = new Set<string>(['not started'])

  /** @param limit milliseconds; 0 is none */
  constructor(
    private readonly limit: number,
    private readonly onOver: () => void,
  ) {
    this.#left = limit
  }

  start(): void {
    this.wake('not started')
  }

  /** Stands still until every reason to rest is gone. */
  rest(reason: string): void {
    if (this.#resting.size === 0) this.#left -= performance.now() - this.#since
    this.#resting.add(reason)
    clearTimeout(this.#timer)
  }

  wake(reason: string): void {
    if (this.#resting.delete(reason) && this.#resting.size === 0) this.#run()
  }

  /** The whole limit begins again. */
  reset(): void {
    this.#left = this.limit
    if (this.#resting.size === 0) this.#run()
  }

  #run(): void {
    clearTimeout(this.#timer)
    this.#since = performance.now()
    // Node takes delays of 31 bits; a longer limit than 24 days is none that a run meets.
    if (this.limit > 0 && this.#left < 2 ** 31) this.#timer = setTimeout(this.onOver, Math.max(0, this.#left))
  }
}
