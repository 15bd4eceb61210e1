import { execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { lchown, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { Binaries } from './binaries.js'
import { serverEnv } from './environment.js'
import type { HomeRecord } from './home.js'
import { APP_ROLE, DATABASE, OWNER_ROLE } from './roles.js'
import type { ServerUser } from './server-user.js'
import { binaryMissing, startFailed } from './trouble.js'

const UNFINISHED = /^data\.new-(\d+)-/

// Of this process: several starts in it must not take each other's for leftovers.
const underWay = new Set<string>()

/**
 * Makes the data directory, with both roles and the database in it, unless it exists. All is made under
 * another name and renamed at the end, so that a data directory that exists is whole whenever a start was killed.
 */
export async function initialize(
  dataDir: string,
  record: HomeRecord,
  binaries: Binaries,
  user: ServerUser | undefined,
): Promise<void> {
  if (await lstat(dataDir).catch(() => null)) return
  await removeLeftovers(record.directory)
  const name = `data.new-${process.pid}-${randomBytes(4).toString('hex')}`
  underWay.add(name)
  const unfinished = join(record.directory, name)
  const run = { ...user, cwd: record.directory, env: serverEnv() }
  await mkdir(unfinished, { mode: 0o700 })
  if (user) await lchown(unfinished, user.uid, user.gid)
  await initdb(binaries.initdb, unfinished, run)
  await createRoles(binaries.postgres, unfinished, record, run)
  await rename(unfinished, dataDir).catch(async (error) => {
    await rm(unfinished, { recursive: true, force: true })
    // Another process finished first.
    if (!(await lstat(dataDir).catch(() => null))) throw error
  })
}

interface RunOptions {
  uid?: number
  gid?: number
  cwd: string
  env: NodeJS.ProcessEnv
}

async function initdb(program: string, directory: string, run: RunOptions): Promise<void> {
  // One collation on every machine; the C library's changes with its version and then corrupts indexes.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  try {
    const access = ['--username=postgres', '--auth=reject', '--no-instructions']
    await promisify(execFile)(program, ['-D', directory, ...access, ...locale], run)
  } catch (error) {
    const { code, stderr } = error as { code?: number | string; stderr?: string }
    // 127: a library is missing. ENOENT: the loader is (the binaries are built for glibc).
    if (code === 127 || code === 'ENOENT') throw binaryMissing(error)
    throw startFailed(stderr?.match(/^.*(?:error|FATAL|PANIC):.*$/m)?.[0] ?? String(error))
  }
}

/** By Postgres' single-user mode: no server listens before the passwords are set, and they travel by stdin. */
async function createRoles(
  program: string,
  directory: string,
  record: HomeRecord,
  run: RunOptions,
): Promise<void> {
  const quiet = ['-c', 'log_min_error_statement=panic', '-c', 'log_checkpoints=off']
  const child = spawn(program, ['--single', '-D', directory, ...quiet, 'template1'], {
    ...run,
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const ended = new Promise<number | null>((resolve, reject) =>
    child.once('error', reject).once('close', resolve),
  )
  child.stdin.on('error', () => {})
  child.stdin.end(
    [
      `create role ${APP_ROLE} login password '${record.appPassword}'`,
      // As a member it may end the sessions of the other.
      `create role ${OWNER_ROLE} login createdb password '${record.ownerPassword}' in role ${APP_ROLE}`,
      `create database ${DATABASE} owner ${OWNER_ROLE}`,
    ].join('\n'),
  )
  const [code, said] = await Promise.all([ended, text(child.stderr)])
  const problem = said.match(/^.*(?:ERROR|FATAL|PANIC):.*$/m)?.[0]
  if (code !== 0 || problem) throw startFailed(problem ?? said)
}

/** Removes what a killed start left half made; 40 MB each. */
async function removeLeftovers(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const pid = Number(UNFINISHED.exec(name)?.[1])
    if (pid && (pid === process.pid ? !underWay.has(name) : !alive(pid))) {
      // The killed start's initdb may still be writing; then a later start removes it.
      await rm(join(directory, name), { recursive: true, force: true }).catch(() => {})
    }
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
