/**
 * Holds the sweep back while silence proves nothing: until this daemon has itself been there for one heartbeat
 * timeout, counted anew when its own tick came late (a laptop slept, a process was stopped) or its clock was set back.
 */
export class Brake {
  #since: number
  #last: number

  /**
   * @param timeout milliseconds in which a living runtime must have been heard
   * @param late milliseconds between ticks from which on the daemon was away itself
   * @param now milliseconds of a clock that goes on while the machine sleeps
   */
  constructor(
    private readonly timeout: number,
    private readonly late: number,
    now: number,
  ) {
    this.#since = now
    this.#last = now
  }

  /** Whether the sweep may act at this tick. */
  tick(now: number): boolean {
    if (now - this.#last > this.late || now < this.#last) this.#since = now
    this.#last = now
    return now - this.#since >= this.timeout
  }
}

/**
 * Holds the sweep back once more when a fleet falls silent together: then it is rather the network, or this daemon's
 * own host, than so many runtimes. It delays by one heartbeat timeout, and never cancels.
 */
export class FleetBrake {
  #since: number | null = null

  /** @param timeout milliseconds in which a living runtime must have been heard */
  constructor(private readonly timeout: number) {}

  /**
   * Whether the sweep waits at this tick.
   *
   * @param fleet how many runtimes there are that were heard at the last look, and how many of them are not any more
   * @param now milliseconds, of the same clock each time
   */
  holds({ heard, quiet }: Fleet, now: number): boolean {
    if (heard < 3 || quiet * 2 <= heard) {
      this.#since = null
      return false
    }
    // A clock that was set back would hold it for as long.
    this.#since = Math.min(this.#since ?? now, now)
    return now - this.#since < this.timeout
  }
}

export interface Fleet {
  heard: number
  quiet: number
}
