import { readlinkSync } from 'node:fs'
import { isRunning, kernelBootId, type ProcessIdentity } from './identity.js'
import { environmentOf, type Process, processTable } from './process-table.js'
import { selfAndAncestors } from './signal.js'

/** The environment variable that every process of a run inherits. */
export const markerName = 'YARDMASTER_RUN'

/** How the processes of one run are found again. */
export interface RunTree {
  /** The value of {@link markerName} in their environment. */
  marker: string
  /** The process at the top, which leads a process group and session of its own; null if none is known. */
  leader: ProcessIdentity | null
  /** Where the run works; null if that is not known. */
  cwd: string | null
}

/**
 * The processes of a run that have not ended.
 *
 * Four signs, since none finds everything: a descendant may leave the group and the session (setsid), lose its
 * line of parents when one of them ends, or be started with an empty environment. One that does all three
 * between two looks is missed; `known`, what earlier looks found, closes that gap for all older ones.
 */
export function treeMembers(
  tree: RunTree,
  known: readonly Process[] = [],
  table: readonly Process[] = processTable(),
): Process[] {
  const barred = selfAndAncestors(table)
  const others = table.filter((process) => !barred.has(process.pid))
  const marked = new Set(others.filter((process) => isMarked(process, tree.marker)).map(({ pid }) => pid))
  const seen = new Set(known.map(identity))
  const isLed = membershipOf(tree, others, marked, known)

  const found = new Map<number, Process>()
  for (const process of others)
    if (marked.has(process.pid) || seen.has(identity(process)) || isLed(process))
      found.set(process.pid, process)
  for (let grown = true; grown; ) {
    const children = others.filter((process) => found.has(process.parent) && !found.has(process.pid))
    for (const child of children) found.set(child.pid, child)
    grown = children.length > 0
  }
  return [...found.values()]
}

/**
 * Whether a process belongs to the leader's group or session. While one of these has a member the kernel gives
 * its number to no new process, but once it was empty the number may come back as a stranger's. So a group
 * whose leader is gone is ours only if something else says so too: one of it is marked or was seen before, or
 * the process sits in the run's directory.
 */
function membershipOf(
  { leader, cwd }: RunTree,
  table: readonly Process[],
  marked: ReadonlySet<number>,
  known: readonly Process[],
): (process: Process) => boolean {
  if (!leader || leader.kernel_boot_id !== kernelBootId) return () => false
  const isIn = ({ group, session }: Process) => group === leader.pid || session === leader.pid
  const holder = table.find(({ pid }) => pid === leader.pid)
  if (holder) return (process) => holder.start_time === leader.start_time && isIn(process)
  const seen = new Set(known.filter(isIn).map(identity))
  const isOurs = table.some(
    (process) => isIn(process) && (marked.has(process.pid) || seen.has(identity(process))),
  )
  return (process) => isIn(process) && (isOurs || sitsIn(process.pid, cwd))
}

const identity = ({ pid, start_time }: Process): string => `${pid} ${start_time}`

const isMarked = ({ pid }: Process, marker: string): boolean =>
  environmentOf(pid).includes(`${markerName}=${marker}`)

function sitsIn(pid: number, directory: string | null): boolean {
  if (!directory) return false
  try {
    const cwd = readlinkSync(`/proc/${pid}/cwd`)
    return cwd === directory || cwd.startsWith(`${directory}/`)
  } catch {
    return false
  }
}

/** Those of a list that have not ended, by a look at each and not at the whole table. */
export const stillRunning = (processes: readonly Process[]): Process[] => processes.filter(isRunning)
