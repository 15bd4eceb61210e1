import { type Client, connectRest } from '@yardmaster/client'
import type { Assignment, Harness, Run, RuntimeOrders, SpooledEnding } from '@yardmaster/protocol'

// A daemon that takes a call and never answers must not hold a loop for good.
const longestCall = 30_000

export interface Registration {
  name: string
  harnesses: Harness[]
  allowed_roots: string[]
  isolation: string
  max_concurrent: number
  runs: Run[]
}

/** The calls that a runtime makes of the daemon, under one boot. Each throws what the client throws. */
export class Daemon {
  constructor(
    private readonly url: string,
    private readonly token: () => string,
    private readonly id: string,
    private readonly boot_id: string,
    /** Ends the calls under way. */
    private readonly closed: AbortSignal,
  ) {}

  async register(registration: Registration): Promise<void> {
    await this.#client()
      .service('runtimes')
      .register({ ...this.#me(), ...registration })
  }

  /** @param homes ids of sessions and people of whom is asked whether they are gone */
  heartbeat(runs: Run[], homes: string[] = []): Promise<RuntimeOrders> {
    return this.#client()
      .service('runtimes')
      .heartbeat({ ...this.#me(), runs, ...(homes.length > 0 ? { homes } : {}) })
  }

  async claim(slots: number, runs: Run[]): Promise<Assignment[]> {
    const answer = await this.#client()
      .service('runtimes')
      .claim({ ...this.#me(), slots, runs })
    return answer.runs
  }

  async end({ task_id, attempt, patch }: SpooledEnding): Promise<void> {
    await this.#client()
      .service('tasks')
      .patch(task_id, { ...patch, attempt })
  }

  #me(): { id: string; boot_id: string } {
    return { id: this.id, boot_id: this.boot_id }
  }

  /** New for each call: it is cheap, and both the token and the time limit are the call's own. */
  #client(): Client {
    const signal = AbortSignal.any([this.closed, AbortSignal.timeout(longestCall)])
    return connectRest(this.url, this.token(), signal)
  }
}
