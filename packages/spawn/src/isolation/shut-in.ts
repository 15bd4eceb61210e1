import { join } from 'node:path'
import { type Isolation, isBelowAny } from '@yardmaster/processes'
import type { ShutIn } from '@yardmaster/protocol'
import type { HarnessCommand } from '../harnesses/catalogue.js'
import { privateHome, usersFile } from './homes.js'
import { neededBy } from './programs.js'

export interface HarnessInside {
  shut_in: ShutIn | null
  harness: HarnessCommand
}

/**
 * How a harness is started on this host: shut in where something works, with a home of its own and without what names
 * the place that harnesses share where nothing does.
 *
 * @param of who prompted, and the harness' id
 */
export async function harnessInside(
  isolation: Isolation,
  home: string,
  harness: HarnessCommand,
  of: { user: string | null; harness: string },
): Promise<HarnessInside> {
  const { mode, hidden } = isolation
  if (mode === 'none') return { shut_in: null, harness }
  const place = await privateHome(home, of.user, of.harness)
  const shared = join(home, 'harness')
  const env = Object.fromEntries(
    Object.entries(harness.env).filter(([, value]) => !isBelowAny(value, [shared])),
  )
  const read = [...(await neededBy(harness, hidden)), { from: await usersFile(place), at: '/etc/passwd' }]
  return {
    shut_in: { mode, hidden, home: place, read, write: harness.write ?? [] },
    harness: { ...harness, env },
  }
}
