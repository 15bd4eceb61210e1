import type { Homes } from './homes.js'

/** Ids in one question: more would make a heartbeat long. */
const AT_ONCE = 1_000

/** Finds out, along with heartbeats, whose homes are nobody's any more. */
export class Tidying {
  #due = true
  #lastLook = 0
  #waiting: string[] = []

  constructor(
    private readonly homes: Homes,
    /** Milliseconds between looks that nobody asked for. */
    private readonly every: number,
  ) {}

  /** Something was removed: the next question is about everything. */
  hint(): void {
    this.#due = true
  }

  /** Ids to ask the daemon about; none most of the time. */
  async question(): Promise<string[]> {
    if (this.#due || performance.now() - this.#lastLook > this.every) {
      this.#due = false
      this.#lastLook = performance.now()
      this.#waiting = await this.homes.owners()
    }
    return this.#waiting.splice(0, AT_ONCE)
  }

  async answered(removed: readonly string[]): Promise<void> {
    for (const id of removed) await this.homes.remove(id)
  }
}
