/**
 * Puts what is numbered without holes into its order, each number once. What comes early waits here until what
 * belongs before it has come.
 */
export class Orderer<Event> {
  readonly #early = new Map<number, Event>()
  #last: number
  #head: number

  /**
   * @param last the number that was reached already; it and all below are dropped
   * @param room how many early ones are kept at most. The others are only known of, and must come once more
   */
  constructor(
    last: number,
    private readonly room = 1000,
  ) {
    this.#last = last
    this.#head = last
  }

  /** The last one whose turn it was. */
  get last(): number {
    return this.#last
  }

  /** The highest one known of. */
  get head(): number {
    return this.#head
  }

  /** Whether something is missing. */
  get behind(): boolean {
    return this.#head > this.#last
  }

  /** There is one of this number. */
  know(head: number): void {
    this.#head = Math.max(this.#head, head)
  }

  /** Those whose turn it is now that this one came, in order; none if it came early, or again. */
  take(seq: number, event: Event): Event[] {
    if (seq <= this.#last) return []
    this.know(seq)
    if (seq > this.#last + 1) {
      if (this.#early.size < this.room) this.#early.set(seq, event)
      return []
    }
    const turn = [event]
    this.#last = seq
    for (let next = this.#early.get(seq + 1); next !== undefined; next = this.#early.get(this.#last + 1)) {
      this.#early.delete(++this.#last)
      turn.push(next)
    }
    return turn
  }
}
