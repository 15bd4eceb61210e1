import { Brake, type Ledger, sweep } from '@yardmaster/runtime'
import type { Limits, Log } from '../yard.js'

/** Looks for runs that nobody looks after any more, again and again. Returns how to stop. */
export function beginSweeping(ledger: Ledger, limits: Limits, log: Log): () => Promise<void> {
  // Wall time on purpose: a monotonic clock stands still while a laptop sleeps.
  const brake = new Brake(limits.heartbeat_timeout, limits.sweep_late, Date.now())
  let running: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (!brake.tick(Date.now()) || busy) return
    busy = true
    running = sweep(ledger, limits.heartbeat_timeout)
      .catch((error) => log.error('The sweep failed', error))
      .finally(() => {
        busy = false
      })
  }, limits.sweep)
  return async () => {
    clearInterval(timer)
    await running
  }
}
