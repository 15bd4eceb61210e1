import { setTimeout as delay } from 'node:timers/promises'

/** Looks until there is something to see; the test's own time limit is the only one. */
export async function until<T>(look: () => T | Promise<T>): Promise<Exclude<T, false | null | undefined>> {
  for (;;) {
    const found = await look()
    if (found !== false && found !== null && found !== undefined)
      return found as Exclude<T, false | null | undefined>
    await delay(20)
  }
}
