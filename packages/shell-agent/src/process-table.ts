import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** One process that is alive; a zombie has ended and is not listed. */
export interface Process {
  pid: number
  parent: number
  group: number
  /** Tells this process from a later one with the same pid; compare it, and nothing else. */
  started: string
}

/** The environment variable that every process of a command inherits, with the command's own mark. */
export const MARK = 'SHELL_AGENT_COMMAND'

const hasProc = existsSync('/proc/self/stat')

/** Every live process: from /proc where there is one, else (macOS) from `ps`. */
export function processes(): Process[] {
  if (!hasProc) {
    return parsePs(execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat=,lstart='], { encoding: 'utf8' }))
  }
  return readdirSync('/proc').flatMap((name) => {
    const stat = /^\d+$/.test(name) ? read(`/proc/${name}/stat`) : ''
    return parseStat(stat) ?? []
  })
}

/** When the process was started, as {@link Process.started} tells it; empty if it is gone. */
export function startOf(pid: number): string {
  const process = hasProc
    ? parseStat(read(`/proc/${pid}/stat`))
    : processes().find((other) => other.pid === pid)
  return process?.started ?? ''
}

/**
 * Whether the process was started with this mark in its environment. False where that cannot be read:
 * another user's process, or no /proc.
 */
export function isMarked(pid: number, mark: string): boolean {
  return read(`/proc/${pid}/environ`).split('\0').includes(`${MARK}=${mark}`)
}

/** Reads one /proc/<pid>/stat; null for a zombie and for what is no stat line. */
export function parseStat(stat: string): Process | null {
  // The name in parentheses may hold anything, also ") R 1 2", so the fields begin after the last one.
  const nameEnd = stat.lastIndexOf(')')
  const pid = Number.parseInt(stat, 10)
  const fields = stat.slice(nameEnd + 2).split(' ')
  const [state, parent, group] = fields
  const started = fields[19]
  if (nameEnd < 0 || started === undefined || state === 'Z' || state === 'X') return null
  return { pid, parent: Number(parent), group: Number(group), started }
}

/** Reads the output of `ps -axo pid=,ppid=,pgid=,stat=,lstart=`. */
export function parsePs(output: string): Process[] {
  return output.split('\n').flatMap((line) => {
    const match = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(\S+)\s+(.+?)\s*$/.exec(line)
    if (!match || match[4]?.startsWith('Z')) return []
    return [
      { pid: Number(match[1]), parent: Number(match[2]), group: Number(match[3]), started: match[5] ?? '' },
    ]
  })
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
