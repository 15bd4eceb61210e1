import { log } from './log.js'
import { killOwnTree } from './own-tree.js'

/** SIGTERM: the first asks for a stop, which takes seconds; the second ends everything at once. */
export class StopSignal {
  asked = false
  #listener: () => void = () => {}

  constructor() {
    process.on('SIGTERM', () => {
      if (this.asked) {
        log('told to stop a second time: quitting')
        killOwnTree()
        process.exit(1)
      }
      log('told to stop')
      this.asked = true
      this.#listener()
    })
  }

  /** Calls when a stop is asked for, at once if it was already. */
  listen(listener: () => void): void {
    this.#listener = listener
    if (this.asked) listener()
  }
}
