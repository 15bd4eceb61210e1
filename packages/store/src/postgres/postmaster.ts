import { execFile } from 'node:child_process'
import { readFile, readlink, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'

/** What a data directory's `postmaster.pid` says. */
export interface PidFile {
  pid: number
  socketDirectory: string
  status: 'starting' | 'ready' | 'stopping' | ''
}

export async function readPidFile(dataDir: string): Promise<PidFile | undefined> {
  let lines: string[]
  try {
    lines = (await readFile(join(dataDir, 'postmaster.pid'), 'utf8')).split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  const pid = Number(lines[0])
  if (!pid) return undefined
  return { pid, socketDirectory: lines[4] ?? '', status: (lines[7] ?? '').trim() as PidFile['status'] }
}

/**
 * Whether `pid` is a live postmaster of this data directory. The number alone says nothing: after a reboot, or in
 * a restarted container, another process has it. A zombie has no program any more and counts as gone.
 */
export async function isPostmaster(pid: number, dataDir: string): Promise<boolean> {
  try {
    if (process.platform !== 'linux') return await isPostmasterByCommand(pid, dataDir)
    const program = basename(await readlink(`/proc/${pid}/exe`))
    // A postmaster works in its data directory. Compared as inodes: the home may have been moved or be a link.
    const [worksIn, data] = await Promise.all([stat(`/proc/${pid}/cwd`), stat(dataDir)])
    return /^postgres\b/.test(program) && worksIn.ino === data.ino && worksIn.dev === data.dev
  } catch {
    return false
  }
}

async function isPostmasterByCommand(pid: number, dataDir: string): Promise<boolean> {
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command='])
  return stdout.includes(`-D ${dataDir}`)
}

/**
 * Ends a postmaster: first politely to its clients (their transactions roll back), then at once, as in a crash
 * that Postgres recovers from.
 *
 * @returns whether it is gone
 */
export async function shutDown(pid: number, dataDir: string): Promise<boolean> {
  for (const [signal, patience] of [
    ['SIGINT', 10_000],
    ['SIGQUIT', 10_000],
  ] as const) {
    if (!(await isPostmaster(pid, dataDir))) return true
    process.kill(pid, signal)
    const until = Date.now() + patience
    while (Date.now() < until) {
      if (!(await isPostmaster(pid, dataDir))) return true
      await sleep(10)
    }
  }
  return false
}
