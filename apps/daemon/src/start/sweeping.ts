import { Brake, beginLook, FleetBrake, type Ledger, lookAtFleet, sweep, Trim } from '@yardmaster/runtime'
import type { Limits, Log } from '../yard.js'

/**
 * Looks for runs that nobody looks after any more, and for events that are kept no longer, again and again. Returns how
 * to stop.
 *
 * @param event_retention milliseconds; 0: for good
 */
export function beginSweeping(
  ledger: Ledger,
  limits: Limits,
  event_retention: number,
  log: Log,
): () => Promise<void> {
  // Wall time on purpose: a monotonic clock stands still while a laptop sleeps.
  const brake = new Brake(limits.heartbeat_timeout, limits.sweep_late, Date.now())
  const fleetBrake = new FleetBrake(limits.heartbeat_timeout)
  const trim = new Trim(ledger.db, event_retention)
  let held = false
  const look = async () => {
    const as_of = await beginLook(ledger.db)
    // The machine may have slept before the answer came, so that it tells of the time after.
    if (!brake.tick(Date.now())) return
    const fleet = await lookAtFleet(ledger.db, limits.heartbeat_timeout, as_of)
    const holds = fleetBrake.holds(fleet, Date.now())
    if (holds && !held)
      log.warn(
        `${fleet.quiet} of ${fleet.heard} runtimes fell silent together; waiting once more before any run is given up.`,
      )
    held = holds
    if (!holds) await sweep(ledger, limits.heartbeat_timeout, as_of)
    await trim.look()
  }
  let running: Promise<void> = Promise.resolve()
  let busy = false
  const timer = setInterval(() => {
    if (!brake.tick(Date.now()) || busy) return
    busy = true
    running = look()
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
