import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** One process as the kernel lists it. */
export interface Process {
  pid: number
  parent: number
  group: number
  /** Its session, null where `ps` does not tell (macOS). */
  session: number | null
  /** With the pid it names one process of this kernel boot for good. To be compared, and nothing else. */
  start_time: string
  /** The first letter as `ps` shows it. */
  state: string
}

// Looked up once: a host does not change its kind, and the answer is needed for every process.
const hasProc = existsSync('/proc/self/stat')
const psColumns = 'pid=,ppid=,pgid=,stat=,lstart='

/** Every process that has not ended. */
export function processTable(): Process[] {
  const all = hasProc
    ? readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (readStat(Number(name)) ?? []) : []))
    : ps('-axo', psColumns)
  return all.filter((process) => !hasEnded(process))
}

/** One process by its pid, ended ones included; null if there is none. */
export function readProcess(pid: number): Process | null {
  return hasProc ? readStat(pid) : (ps('-o', psColumns, '-p', String(pid))[0] ?? null)
}

/** A zombie has ended: it runs nothing and holds nothing, though its parent may leave it there for long. */
export function hasEnded(process: Process): boolean {
  return process.state === 'Z' || process.state === 'X'
}

/**
 * The environment a process was started with, as `NAME=value`. Empty where it cannot be read: another user's
 * process, or a system without /proc.
 */
export function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split('\0')
}

/** Those who started the first process of a PID namespace, and that first one, by pid. */
export function startersOfNamespaces(processes: readonly Process[]): Set<number> {
  const first = processes.filter(({ pid }) => /^NSpid:.*\t1$/m.test(read(`/proc/${pid}/status`)))
  const inner = first.filter(({ pid }) => pid !== 1)
  return new Set(inner.flatMap(({ pid, parent }) => [pid, parent]))
}

/** Reads the text of a /proc/<pid>/stat; null if it is none. */
export function parseStat(stat: string): Process | null {
  // The name in parentheses may hold anything, also ") R 1 2": the fields begin after the last one.
  const nameEnd = stat.lastIndexOf(')')
  const [state, parent, group, session, ...rest] = stat.slice(nameEnd + 2).split(' ')
  const start_time = rest[15]
  if (nameEnd < 0 || !state || start_time === undefined) return null
  return {
    pid: Number.parseInt(stat, 10),
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    start_time,
    state,
  }
}

/** Reads what `ps -o pid=,ppid=,pgid=,stat=,lstart=` prints. */
export function parsePs(output: string): Process[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, group, state, start_time] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S)\S*\s+(.+?)\s*$/.exec(line) ?? []
    if (!state || !start_time) return []
    return [
      { pid: Number(pid), parent: Number(parent), group: Number(group), session: null, start_time, state },
    ]
  })
}

const readStat = (pid: number): Process | null => parseStat(read(`/proc/${pid}/stat`))

/** What `ps` lists, less itself: a child of this process that each look would find anew. */
function ps(...args: string[]): Process[] {
  const { pid, error, status, stdout, stderr } = spawnSync('ps', args, {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  })
  if (error) throw error
  // Exit code 1 is how ps says that there is no such process.
  if (status !== 0 && status !== 1) throw new Error(`ps ended with code ${status}: ${stderr}`)
  return parsePs(stdout).filter((process) => process.pid !== pid)
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
