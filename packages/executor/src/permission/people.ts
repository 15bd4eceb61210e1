import { setTimeout as delay } from 'node:timers/promises'
import type { PermissionRequest } from '@yardmaster/protocol'
import type { Daemon, NewRequest } from '../daemon/daemon.js'
import type { Outbox } from '../daemon/outbox.js'
import { log } from '../log.js'

/** Milliseconds before a request that is still pending is asked for again: a daemon in a hurry may not wait. */
const PAUSE = 250

/** Milliseconds to wait for the stop that a cancelled request foretells. */
const STOP_DUE = 60_000

/** Asks people through the daemon and waits for what they decide; several requests may be open at once. */
export class People {
  #number = 0
  #asking = 0
  readonly #over = new AbortController()
  /** Whether a request ended because nobody answered it in time. */
  expired = false

  /** @param onAsking called when the first begins to wait for people (true), and when none does any more (false) */
  constructor(
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
    private readonly onAsking: (asking: boolean) => void,
  ) {}

  /** Whether nobody is asked any more. */
  get over(): boolean {
    return this.#over.signal.aborted
  }

  /** Gives up everything that is open, and whatever comes. */
  cancel(): void {
    this.#over.abort()
  }

  /**
   * Asks, and waits until somebody has decided.
   *
   * @param withdrawn aborts when the harness takes its request back: then the daemon is told
   * @returns the selected request; null where there is no answer, nor will be
   */
  async ask(
    question: Omit<NewRequest, 'client_id'>,
    withdrawn: AbortSignal,
  ): Promise<PermissionRequest | null> {
    this.#number += 1
    const named = { client_id: `p${this.#number}`, ...question } as NewRequest
    this.#count(1)
    try {
      return await this.#wait(named, withdrawn)
    } finally {
      this.#count(-1)
    }
  }

  async #wait(question: NewRequest, withdrawn: AbortSignal): Promise<PermissionRequest | null> {
    const signal = AbortSignal.any([this.#over.signal, withdrawn])
    if (signal.aborted) return null
    const ended = new Promise<null>((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true })
    })
    const creating = this.outbox.add(() =>
      signal.aborted ? null : () => this.daemon.createRequest(question),
    )
    withdrawn.addEventListener('abort', () => void this.#takeBack(creating), { once: true })
    let request = await Promise.race([creating, ended])
    if (request === null) return null
    log(`asked people ${question.client_id}`)
    while (request.status === 'pending') {
      try {
        const seen: PermissionRequest | null = await Promise.race([
          this.daemon.awaitRequest(request.id, signal),
          ended,
        ])
        if (seen === null) return null
        request = seen
      } catch (error) {
        if (!signal.aborted) log(`${question.client_id} cannot be had: ${(error as Error).message}`)
        return null
      }
      if (request.status === 'pending') await delay(PAUSE)
    }
    log(`${question.client_id}: ${request.status}`)
    this.expired ||= request.status === 'expired'
    // The daemon cancels what a stopped attempt still asks. The harness hears of it with the stop, which is on its way:
    // hearing of it first, it would end its turn as if by itself, and that ending would beat the stop.
    if (request.status === 'cancelled') await Promise.race([ended, delay(STOP_DUE, null, { ref: false })])
    return request.status === 'selected' ? request : null
  }

  /** What the run's end cancels needs no word: the daemon does that itself. */
  async #takeBack(creating: Promise<PermissionRequest | null>): Promise<void> {
    const request = await creating
    if (request === null || this.over) return
    await this.daemon
      .withdrawRequest(request.id)
      .catch((error: Error) => log(`not taken back: ${error.message}`))
  }

  #count(change: 1 | -1): void {
    const before = this.#asking
    this.#asking += change
    if (before === 0 || this.#asking === 0) this.onAsking(this.#asking > 0)
  }
}
