import { randomBytes } from 'node:crypto'
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { StoreError } from '../errors.js'
import type { Log } from '../log.js'
import { findBinaries } from './binaries.js'
import { type HomeRecord, homeRecord, SYSTEM_DIRECTORY } from './home.js'
import { initialize } from './initialize.js'
import { shutDown } from './postmaster.js'
import { APP_ROLE, DATABASE, OWNER_ROLE } from './roles.js'
import {
  findRunning,
  isTemporary,
  type Place,
  type Running,
  socketDirectoryFor,
  startPostmaster,
} from './run.js'
import { type ServerUser, serverUser } from './server-user.js'
import { fileTrouble } from './trouble.js'
import { watch } from './watch.js'

export interface PostgresOptions {
  /** YARDMASTER_HOME; made if it is missing. */
  home: string
  log?: Log
}

export interface EmbeddedPostgres {
  /** For migrations, as the owner of the database. Holds a password. */
  ownerUrl: string
  /** For the daemon, as the user that has grants only. Holds a password. */
  appUrl: string
  /** Everything of this Postgres' own, outside the home when it was made by root. */
  directory: string
  dataDir: string
  /** It ran already when we came: the process that started it was killed, or is another one. */
  adopted: boolean
  /** Of the postmaster; another one after a restart. */
  readonly pid: number
  /** Ends the watch, then Postgres. */
  stop(): Promise<void>
}

/**
 * Starts the home's own Postgres, or adopts it if it runs, and keeps it running until `stop`: when it dies it is
 * started again until it holds, under the same urls. It outlives a kill -9 of this process.
 *
 * @throws StoreError HOME_NOT_WRITABLE, DISK_FULL, POSTGRES_BINARY_MISSING, POSTGRES_DATA_VERSION,
 *   POSTGRES_START_FAILED
 */
export async function startPostgres({
  home: path,
  log = console,
}: PostgresOptions): Promise<EmbeddedPostgres> {
  const home = resolve(path)
  const record = await homeRecord(home)
  const place = await prepare(home, record).catch((error) => {
    throw fileTrouble(record.directory, error)
  })
  const first = await startOrAdopt(place).catch((error) => {
    throw fileTrouble(place.logFile, error)
  })
  // An adopted one has the socket where the process that started it put it, and a later one goes there too.
  place.socketDirectory = first.socketDirectory
  const watched = watch(first, place, log)
  const url = (role: string, password: string) =>
    `postgresql://${role}:${password}@localhost:5432/${DATABASE}?host=${encodeURIComponent(first.socketDirectory)}`
  return {
    ownerUrl: url(OWNER_ROLE, record.ownerPassword),
    appUrl: url(APP_ROLE, record.appPassword),
    directory: record.directory,
    dataDir: place.dataDir,
    adopted: first.adopted,
    get pid() {
      return watched.pid()
    },
    async stop() {
      await watched.end()
      const pid = watched.pid()
      if (!(await shutDown(pid, place.dataDir))) log.warn(`Postgres (pid ${pid}) does not end.`)
      if (isTemporary(place.socketDirectory))
        await rm(place.socketDirectory, { recursive: true, force: true })
    },
  }
}

async function prepare(home: string, record: HomeRecord): Promise<Place> {
  const { directory } = record
  const dataDir = join(directory, 'data')
  const user = await serverUser(dataDir)
  await makeDirectory(directory, user)
  // Of a running one nothing needs to be made, and its binaries are not needed before it dies.
  const binaries = await findBinaries(user ? SYSTEM_DIRECTORY : directory, user !== undefined)
  await initialize(dataDir, record, binaries, user)
  await refuseOtherMajor(dataDir, binaries.major)
  const running = await findRunning(dataDir)
  return {
    directory,
    dataDir,
    hbaFile: await writeHba(directory),
    socketDirectory: running?.socketDirectory ?? (await socketDirectoryFor(directory)),
    logFile: join(home, 'postgres.log'),
    binaries,
    user,
  }
}

/**
 * Postgres' directory stays root's when root starts it, and the server user owns only what is in `data` and `run`:
 * root writes and renames here, and must not meet a link that the other user planted.
 */
async function makeDirectory(directory: string, user: ServerUser | undefined): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (!user) return
  // Explicitly, whatever the umask: the server user passes through both.
  if (dirname(directory) === SYSTEM_DIRECTORY) await chmod(SYSTEM_DIRECTORY, 0o755)
  const made = await lstat(directory)
  if (made.isDirectory() && made.uid === 0) await chmod(directory, 0o711)
}

// The superuser is in no line: nobody can sign in as it, and it has no password to lose.
const HBA = [OWNER_ROLE, APP_ROLE].map((role) => `local all ${role} scram-sha-256\n`).join('')

/** Beside the data and not in it, so that it is the same for data of every age. */
async function writeHba(directory: string): Promise<string> {
  const path = join(directory, 'pg_hba.conf')
  const unfinished = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(unfinished, HBA, { flag: 'wx' })
  await chmod(unfinished, 0o644)
  await rename(unfinished, path)
  return path
}

async function refuseOtherMajor(dataDir: string, major: string): Promise<void> {
  const stored = (await readFile(join(dataDir, 'PG_VERSION'), 'utf8')).trim()
  if (stored === major) return
  throw new StoreError(
    'POSTGRES_DATA_VERSION',
    `${dataDir} was made by Postgres ${stored} and this Yardmaster brings ${major}: start the Yardmaster that ` +
      'made it, and move the data with pg_dump.',
  )
}

// What Postgres says while another process is starting it, or while a killed one's last backends live on.
const PASSING = /lock file|shared memory block/
const TRIES = 40

async function startOrAdopt(place: Place): Promise<Running> {
  for (let tried = 1; ; tried++) {
    const running = await findRunning(place.dataDir)
    if (running) return running
    try {
      return await startPostmaster(place)
    } catch (error) {
      if (tried === TRIES || !PASSING.test(String(error))) throw error
      await sleep(Math.min(20 * tried, 500))
    }
  }
}
