/** Does one thing for each name, once in a time at most: at once, and again afterwards if it was wanted meanwhile. */
export class AtTimes {
  /** By name: whether it is wanted again. */
  readonly #resting = new Map<string, boolean>()
  readonly #timers = new Set<ReturnType<typeof setTimeout>>()

  /** @param rest milliseconds between two times */
  constructor(
    private readonly rest: number,
    private readonly act: (name: string) => void,
  ) {}

  want(name: string): void {
    if (this.#resting.has(name)) {
      this.#resting.set(name, true)
      return
    }
    this.#resting.set(name, false)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      const again = this.#resting.get(name)
      this.#resting.delete(name)
      if (again) this.want(name)
    }, this.rest)
    this.#timers.add(timer)
    this.act(name)
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
