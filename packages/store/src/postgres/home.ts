import { randomBytes } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { fileTrouble } from './trouble.js'

/** Directory for root's Postgres: another user cannot be let into a home below a directory of mode 0700. */
export const SYSTEM_DIRECTORY = '/var/lib/yardmaster'

/** What a home remembers of its Postgres, in `postgres.json` (mode 0600). */
export interface HomeRecord {
  /** Holds everything of Postgres' own; made once, so that a home that is made anew gets new data. */
  directory: string
  ownerPassword: string
  appPassword: string
}

/** Reads the record of a home, or makes it (and the home) at the first start. */
export async function homeRecord(home: string): Promise<HomeRecord> {
  const path = join(home, 'postgres.json')
  try {
    await mkdir(home, { recursive: true, mode: 0o700 })
    const stored = (await read(path)) ?? (await create(home, path))
    // Relative to the home, so that a home can be moved.
    return { ...stored, directory: resolve(home, stored.directory) }
  } catch (error) {
    throw fileTrouble(home, error)
  }
}

async function read(path: string): Promise<HomeRecord | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as HomeRecord
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function create(home: string, path: string): Promise<HomeRecord> {
  const id = randomBytes(8).toString('hex')
  const record: HomeRecord = {
    directory: process.getuid?.() === 0 ? join(SYSTEM_DIRECTORY, id) : 'postgres',
    ownerPassword: randomBytes(24).toString('base64url'),
    appPassword: randomBytes(24).toString('base64url'),
  }
  const unfinished = join(home, `postgres.json.${id}`)
  await writeFile(unfinished, `${JSON.stringify(record, null, 2)}\n`, {
    mode: 0o600,
    flag: 'wx',
    flush: true,
  })
  // A link refuses to replace a file that another process made meanwhile; that one holds then.
  await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(unfinished)
  return (await read(path))!
}
