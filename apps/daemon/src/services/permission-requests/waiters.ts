/** Calls that wait for something to be decided, by its id. */
export class Waiters {
  readonly #waiting = new Map<string, Set<() => void>>()

  /**
   * Waits until `tell` names the id, or the time is over.
   *
   * @param isDone looked at once after the waiting has begun: what was decided just before is not missed
   */
  async wait(id: string, milliseconds: number, isDone: () => Promise<boolean>): Promise<void> {
    let wake!: () => void
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    const timer = setTimeout(wake, milliseconds)
    const waiting = this.#waiting.get(id) ?? new Set()
    this.#waiting.set(id, waiting.add(wake))
    try {
      if (!(await isDone())) await woken
    } finally {
      clearTimeout(timer)
      waiting.delete(wake)
      if (waiting.size === 0) this.#waiting.delete(id)
    }
  }

  tell(id: string): void {
    for (const wake of this.#waiting.get(id) ?? []) wake()
  }
}
