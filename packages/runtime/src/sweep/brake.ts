/**
 * Holds the sweep back while silence proves nothing: until this daemon has itself been there for one heartbeat
 * timeout, counted anew when its own tick came late (a laptop slept, a process was stopped).
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
    if (now - this.#last > this.late) this.#since = now
    this.#last = now
    return now - this.#since >= this.timeout
  }
}
