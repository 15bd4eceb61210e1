import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { lchown, lstat, mkdir, mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Binaries } from './binaries.js'
import { serverEnv } from './environment.js'
import { isPostmaster, readPidFile } from './postmaster.js'
import type { ServerUser } from './server-user.js'
import { startFailed } from './trouble.js'

/** All that a postmaster of one home is started with. */
export interface Place {
  directory: string
  dataDir: string
  hbaFile: string
  socketDirectory: string
  logFile: string
  binaries: Binaries
  user: ServerUser | undefined
}

export interface Running {
  pid: number
  socketDirectory: string
  /** It was running already. */
  adopted: boolean
}

const settings: Record<string, string> = {
  listen_addresses: '',
  unix_socket_permissions: '0700',
  cluster_name: 'yardmaster',
  timezone: 'UTC',
  log_timezone: 'UTC',
  // Statements are short and known; compiling them costs more than it saves.
  jit: 'off',
  // The log tells what happened, not what was written: no statements, no values.
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
}

// sun_path is 108 bytes on Linux and 104 elsewhere, its end mark included.
const LONGEST_SOCKET_PATH = 103

const TEMPORARY = join(tmpdir(), 'yardmaster-socket-')

/**
 * A directory for the socket that nobody else may enter: beside the data, or where that path is too long or has
 * a character that means something in Postgres' list of directories, a new one under the temporary directory.
 */
export async function socketDirectoryFor(directory: string): Promise<string> {
  const beside = join(directory, 'run')
  const fits = Buffer.byteLength(join(beside, '.s.PGSQL.5432')) <= LONGEST_SOCKET_PATH
  return fits && !/[,"]/.test(beside) ? beside : mkdtemp(TEMPORARY)
}

export function isTemporary(socketDirectory: string): boolean {
  return socketDirectory.startsWith(TEMPORARY)
}

/** The postmaster that runs on the data directory, waiting until it is ready if it starts; undefined if none does. */
export async function findRunning(dataDir: string): Promise<Running | undefined> {
  for (;;) {
    const file = await readPidFile(dataDir)
    if (!file || !(await isPostmaster(file.pid, dataDir))) return undefined
    if (file.status === 'ready')
      return { pid: file.pid, socketDirectory: file.socketDirectory, adopted: true }
    await sleep(20)
  }
}

/**
 * Starts a postmaster once and waits until it takes connections. It outlives this process.
 *
 * Not through pg_ctl, which makes a shell its parent and names that shell's parent as the pid to overlook.
 *
 * @throws StoreError with what Postgres said when it ended instead
 */
export async function startPostmaster(place: Place): Promise<Running> {
  const { dataDir, directory, socketDirectory, user } = place
  await makeSocketDirectory(socketDirectory, user)
  // A pid file whose number now belongs to a stranger. Postgres reads this variable (pg_ctl sets it for the shell)
  // as one more pid that does not count, and still looks for survivors by their shared memory. Removing the
  // file instead would take that away, and two postmasters could meet.
  const stale = await readPidFile(dataDir)
  const env = { ...serverEnv(), ...(stale && { PG_GRANDPARENT_PID: String(stale.pid) }) }

  const log = await open(place.logFile, 'a', 0o600)
  const logStart = (await log.stat()).size
  const options = Object.entries({ ...settings, hba_file: place.hbaFile }).flatMap(([name, value]) => [
    '-c',
    `${name}=${value}`,
  ])
  const child = spawn(place.binaries.postgres, ['-D', dataDir, '-k', socketDirectory, ...options], {
    ...user,
    env,
    cwd: directory,
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  child.unref()
  await once(child, 'spawn')
    .catch((error: Error) => {
      throw startFailed(error.message)
    })
    .finally(() => log.close())

  while (child.exitCode === null && child.signalCode === null) {
    const file = await readPidFile(dataDir)
    if (file?.pid === child.pid && file?.status === 'ready') {
      return { pid: child.pid!, socketDirectory, adopted: false }
    }
    await sleep(5)
  }
  const said = (await readFile(place.logFile)).subarray(logStart).toString()
  throw startFailed(said.match(/(?:FATAL|PANIC): {2}(.*)/)?.[1] ?? said, place.logFile)
}

async function makeSocketDirectory(directory: string, user: ServerUser | undefined): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 })
    if (user) await lchown(directory, user.uid, user.gid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const found = await lstat(directory)
    const wanted = user?.uid ?? process.getuid?.()
    // Under the temporary directory it may be gone since the last start, and made by somebody else.
    if (!found.isDirectory() || found.uid !== wanted)
      throw startFailed(`${directory} is not its own directory`)
  }
  // With the pid file's number overlooked, a lock beside a dead socket is the last thing in the way.
  await rm(join(directory, '.s.PGSQL.5432.lock'), { force: true })
}
