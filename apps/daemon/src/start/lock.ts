import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identify, isAlive, type ProcessIdentity } from '@yardmaster/processes'
import { StartFailure } from './failure.js'

/** Where the daemon of a home is found while it serves. */
export interface DaemonFile {
  pid: number
  url: string
}

/**
 * One daemon per home. The lock names its process by pid and start time, so that one left behind by kill -9 is told
 * from one that is held, also when the pid went to another process meanwhile.
 *
 * @throws StartFailure when a daemon runs on this home
 */
export async function lockHome(home: string): Promise<() => Promise<void>> {
  const file = join(home, 'daemon.lock')
  const mine = `${file}.${randomUUID()}`
  await writeFile(mine, JSON.stringify(identify(process.pid)), { mode: 0o600 })
  try {
    while (!(await tookBy(mine, file))) {
      const holder = await readHolder(file)
      if (holder && isAlive(holder))
        throw new StartFailure(
          `A daemon runs on ${home} already (pid ${holder.pid}): stop it, or give this one another YARDMASTER_HOME.`,
        )
      // Moved aside and not removed in place: of two that find it stale, one moves it and the other finds nothing.
      await rename(file, `${mine}.stale`).catch(() => undefined)
      await rm(`${mine}.stale`, { force: true })
    }
  } finally {
    await rm(mine, { force: true })
  }
  return () => rm(file, { force: true })
}

const tookBy = (mine: string, file: string): Promise<boolean> =>
  link(mine, file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return false
      throw error
    },
  )

async function readHolder(file: string): Promise<ProcessIdentity | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ProcessIdentity
  } catch {
    return null
  }
}

/** Tells other programs of this user where the daemon is. */
export async function announceAt(home: string, url: string): Promise<() => Promise<void>> {
  const file = join(home, 'daemon.json')
  const content: DaemonFile = { pid: process.pid, url }
  await writeFile(file, JSON.stringify(content), { mode: 0o600 })
  return () => rm(file, { force: true })
}
