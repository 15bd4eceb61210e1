import type { Log } from '../yard.js'
import { StartFailure } from './failure.js'

const patience = 10_000

/** What has to be ended, by name, the last begun first. */
export class Cleanup {
  readonly #steps: { name: string; end: () => Promise<void> }[] = []
  #running: Promise<void> | null = null

  constructor(private readonly log: Log) {}

  /** @throws StartFailure when the end has begun already; what was to be added is ended all the same */
  add(name: string, end: () => Promise<void>): void {
    this.#steps.push({ name, end })
    if (!this.#running) return
    this.#running = this.#running.then(() => this.#run())
    throw new StartFailure('The start was given up.')
  }

  /** Runs every step once, each with 10 s at most: one that hangs or fails is named and does not keep the others. */
  run(): Promise<void> {
    this.#running ??= this.#run()
    return this.#running
  }

  async #run(): Promise<void> {
    for (const { name, end } of this.#steps.splice(0).reverse()) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          this.log.warn(`Ending the ${name} takes over ${patience / 1000} s; going on without it.`)
          resolve()
        }, patience)
      })
      await Promise.race([end().catch((error) => this.log.error(`Ending the ${name} failed`, error)), late])
      clearTimeout(timer)
    }
  }
}
