import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

interface Process {
  pid: number
  parent: number
  group: number
}

const hasProc = existsSync('/proc/self/stat')
const mark = process.env.YARDMASTER_RUN && `YARDMASTER_RUN=${process.env.YARDMASTER_RUN}`

/**
 * Every live process that this executor brought about, itself not included: its descendants, the members of its
 * group (if it leads one: started by hand, it shares its shell's), and whatever carries the mark of the run.
 */
export function members(): number[] {
  const table = processes()
  const leads = table.some(({ pid, group }) => pid === process.pid && group === pid)
  const found = new Set([process.pid])
  for (const { pid, group } of table) {
    if ((leads && group === process.pid) || isMarked(pid)) found.add(pid)
  }
  for (let before = 0; before < found.size; ) {
    before = found.size
    for (const { pid, parent } of table) if (found.has(parent)) found.add(pid)
  }
  found.delete(process.pid)
  return [...found]
}

/**
 * Ends the tree: TERM once to each, KILL to what lives on. Looked up anew each time, since a dying tree still forks.
 *
 * @param grace milliseconds between TERM and KILL
 * @returns when none is left, or two seconds after the first KILL
 */
export async function terminate(grace: number): Promise<void> {
  const began = performance.now()
  const told = new Set<number>()
  for (let alive = members(); alive.length > 0; alive = members()) {
    const waited = performance.now() - began
    if (waited > grace + 2_000) return
    for (const pid of alive) {
      if (waited >= grace) signal(pid, 'SIGKILL')
      else if (!told.has(pid)) signal(pid, 'SIGTERM')
      told.add(pid)
    }
    await delay(20)
  }
}

/** KILL to the whole tree, for an exit that cannot wait. */
export function killNow(): void {
  for (const pid of members()) signal(pid, 'SIGKILL')
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name)
  } catch {
    // Ended meanwhile, or another user's: the next look tells.
  }
}

function processes(): Process[] {
  if (!hasProc)
    return fromPs(execFileSync('ps', ['-axo', 'pid=,ppid=,pgid=,stat=,comm='], { encoding: 'utf8' }))
  return readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? fromStat(read(`/proc/${name}/stat`)) : [],
  )
}

/** None for a zombie: it has ended. */
function fromStat(stat: string): Process[] {
  // The name in parentheses may hold anything, so the fields begin after the last one.
  const [state, parent, group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (!group || state === 'Z' || state === 'X') return []
  return [{ pid: Number.parseInt(stat, 10), parent: Number(parent), group: Number(group) }]
}

function fromPs(output: string): Process[] {
  return output.split('\n').flatMap((line) => {
    const [pid, parent, group, state, command] = line.trim().split(/\s+/)
    const isThisPs = Number(parent) === process.pid && command?.endsWith('ps')
    if (!state || state.startsWith('Z') || isThisPs) return []
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group) }]
  })
}

function isMarked(pid: number): boolean {
  return (
    Boolean(mark) &&
    read(`/proc/${pid}/environ`)
      .split('\0')
      .includes(mark as string)
  )
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
