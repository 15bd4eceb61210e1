import { log } from '../log.js'

/** Bytes that may wait before the harness is read no further, and those at which it is again. */
const FULL = 8 * 1024 * 1024
const ROOMY = FULL / 2

/** What an entry that is small counts as. */
const SMALL = 1024

/** Makes the call of an entry when its turn has come, so that it carries the newest content; null is nothing to say. */
type Prepare<T> = () => (() => Promise<T>) | null

interface Entry {
  weight: number
  send: () => Promise<void>
  drop: () => void
}

/**
 * The calls that wait for the daemon, one at a time in their order. One that is refused is left out with a line in
 * the log, and the next goes on.
 */
export class Outbox {
  readonly #entries: Entry[] = []
  #weight = 0
  #open = false
  #busy = false
  #closed = false
  #waiting: { until: () => boolean; resolve: () => void }[] = []

  /** Begins to send; until then everything waits. */
  open(): void {
    this.#open = true
    void this.#work()
  }

  /**
   * Adds a call.
   *
   * @param weight bytes that it keeps in memory, roughly
   * @returns its answer, null where there was nothing to say, it was refused, or the outbox closed
   */
  add<T>(prepare: Prepare<T>, weight = SMALL): Promise<T | null> {
    if (this.#closed) return Promise.resolve(null)
    return new Promise((resolve) => {
      const send = async () => {
        try {
          resolve((await prepare()?.()) ?? null)
        } catch (error) {
          log(`refused: ${(error as Error).message}`)
          resolve(null)
        }
      }
      this.#entries.push({ weight, send, drop: () => resolve(null) })
      this.#weight += weight
      void this.#work()
    })
  }

  /** Resolves when there is room for more, or nothing is taken any more. */
  room(): Promise<void> {
    if (this.#weight < FULL) return Promise.resolve()
    return this.#when(() => this.#weight < ROOMY)
  }

  /** Resolves when everything was answered, or the outbox closed. */
  drained(): Promise<void> {
    return this.#when(() => this.#entries.length === 0 && !this.#busy)
  }

  /** Drops what waits and takes nothing more. */
  close(): void {
    this.#closed = true
    for (const entry of this.#entries.splice(0)) entry.drop()
    this.#weight = 0
    this.#tell()
  }

  async #work(): Promise<void> {
    if (this.#busy || !this.#open) return
    this.#busy = true
    for (let entry = this.#entries.shift(); entry; entry = this.#entries.shift()) {
      await entry.send()
      this.#weight = Math.max(0, this.#weight - entry.weight)
      this.#tell()
    }
    this.#busy = false
    this.#tell()
  }

  #when(until: () => boolean): Promise<void> {
    if (this.#closed || until()) return Promise.resolve()
    return new Promise((resolve) => this.#waiting.push({ until, resolve }))
  }

  #tell(): void {
    const ready = this.#waiting.filter(({ until }) => this.#closed || until())
    this.#waiting = this.#waiting.filter((one) => !ready.includes(one))
    for (const { resolve } of ready) resolve()
  }
}
