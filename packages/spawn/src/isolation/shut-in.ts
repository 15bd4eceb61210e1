import { join } from 'node:path'
import { isBelowAny } from '@yardmaster/processes'
import type { ShutIn } from '@yardmaster/protocol'
import type { HarnessCommand } from '../harnesses/catalogue.js'
import { usersFile } from './homes.js'
import { neededBy } from './programs.js'

export interface HarnessInside {
  shut_in: ShutIn
  harness: HarnessCommand
}

/**
 * How a harness is started where it is shut in: with a home of its own, and without what names the place that harnesses
 * share where they are not.
 *
 * @param home Yardmaster's
 * @param own what the harness has inside: its home, and where its caches are if not there
 */
export async function harnessInside(
  { mode, hidden }: Pick<ShutIn, 'mode' | 'hidden'>,
  home: string,
  harness: HarnessCommand,
  own: { home: string; cache?: string },
): Promise<HarnessInside> {
  const shared = join(home, 'harness')
  const env = Object.fromEntries(
    Object.entries(harness.env).filter(([, value]) => !isBelowAny(value, [shared])),
  )
  const read = [...(await neededBy(harness, hidden)), { from: await usersFile(own.home), at: '/etc/passwd' }]
  const write = [...(harness.write ?? []), ...(own.cache ? [own.cache] : [])]
  return {
    shut_in: { mode, hidden, home: own.home, read, write },
    harness: { ...harness, env: { ...(own.cache ? { XDG_CACHE_HOME: own.cache } : {}), ...env } },
  }
}
