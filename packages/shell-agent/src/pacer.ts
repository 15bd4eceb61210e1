const INTERVAL_MS = 50
const BYTES_PER_INTERVAL = 8 * 1024

/**
 * Coalesces changes: after a `poke` the next `send` comes within 50 ms, longer when `size()` is large, so that a
 * command that writes without end costs its client about 160 KiB/s and not a full copy every 50 ms. A
 * send that is not through yet (a slow client) holds the next one back.
 */
export class Pacer {
  #timer: NodeJS.Timeout | undefined
  #sending = false
  #changed = false
  #stopped = false

  constructor(
    private readonly send: () => Promise<void>,
    private readonly size: () => number,
  ) {}

  poke(): void {
    this.#changed = true
    this.#arm()
  }

  /** Nothing is sent any more. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
  }

  #arm(): void {
    if (this.#timer || this.#sending || this.#stopped) return
    const intervals = Math.max(1, Math.ceil(this.size() / BYTES_PER_INTERVAL))
    this.#timer = setTimeout(() => void this.#fire(), INTERVAL_MS * intervals)
  }

  async #fire(): Promise<void> {
    this.#timer = undefined
    this.#changed = false
    this.#sending = true
    await this.send()
    this.#sending = false
    if (this.#changed) this.#arm()
  }
}
