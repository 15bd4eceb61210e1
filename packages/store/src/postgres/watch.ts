import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.js'
import { isPostmaster } from './postmaster.js'
import { findRunning, type Place, type Running, startPostmaster } from './run.js'

const LOOK_EVERY_MS = 200
const LONGEST_PAUSE_MS = 5_000

export interface Watch {
  pid(): number
  /** After this nothing is started any more. */
  end(): Promise<void>
}

/**
 * Looks after a postmaster, one of our own and an adopted one alike: when it is gone, starts it until it holds.
 * The first tries after a kill -9 fail while backends of the old one live.
 */
export function watch(first: Running, place: Place, log: Log): Watch {
  const ending = new AbortController()
  let pid = first.pid

  async function startUntilItHolds(): Promise<void> {
    const since = Date.now()
    for (let tried = 1; !ending.signal.aborted; tried++) {
      try {
        const running = (await findRunning(place.dataDir)) ?? (await startPostmaster(place))
        pid = running.pid
        log.warn(`Postgres had ended and runs again (try ${tried}, ${Date.now() - since} ms).`)
        return
      } catch (error) {
        const pause = Math.min(20 * 2 ** tried, LONGEST_PAUSE_MS)
        // The first failures are expected; a line for each that makes clients wait.
        if (pause === LONGEST_PAUSE_MS) log.error('Postgres has ended and does not start', error)
        await sleep(pause, undefined, { signal: ending.signal }).catch(() => {})
      }
    }
  }

  async function look(): Promise<void> {
    while (!ending.signal.aborted) {
      // Not referenced: the watch alone keeps no process alive.
      await sleep(LOOK_EVERY_MS, undefined, { ref: false, signal: ending.signal }).catch(() => {})
      if (!ending.signal.aborted && !(await isPostmaster(pid, place.dataDir))) await startUntilItHolds()
    }
  }

  const looking = look()
  return {
    pid: () => pid,
    async end() {
      ending.abort()
      await looking
    },
  }
}
