import { readlinkSync } from 'node:fs'
import { isAlive, isRunning, kernelBootId, type ProcessIdentity } from './identity.js'
import { environmentOf, type Process, processTable } from './process-table.js'
import { selfAndAncestors } from './signal.js'

/**
 * Environment variables that every process of a tree inherits, to be spread into what its leader is started
 * with. Any one of them shows that a process belongs to it; with none of them nothing is marked.
 */
export type Marker = Readonly<Record<string, string>>

/** How the processes that one of them brought about are found again. */
export interface ProcessTree {
  marker: Marker
  /**
   * The process at the top, null if none is known. Its group and session count too, if it leads them. Where it
   * is this process, the tree is what this process brought about, and not itself.
   */
  leader: ProcessIdentity | null
  /** The directory it works in; null if that is not known. */
  cwd: string | null
}

/**
 * The processes of a tree that have not ended, never this one or one above it.
 *
 * Four signs, since none finds everything: a descendant may leave the group and the session (setsid), lose its
 * line of parents when one of them ends, or be started with an empty environment. One that does all three
 * between two looks is missed; `known`, what earlier looks found, closes that gap for all older ones.
 */
export function treeMembers(
  tree: ProcessTree,
  known: readonly Process[] = [],
  table: readonly Process[] = processTable(),
): Process[] {
  const barred = selfAndAncestors(table)
  const others = table.filter((process) => !barred.has(process.pid))
  const marks = Object.entries(tree.marker).map(([name, value]) => `${name}=${value}`)
  const marked = new Set(others.filter((process) => isMarked(process, marks)).map(({ pid }) => pid))
  const seen = new Set(known.map(identity))
  const isLed = membershipOf(tree, table, marked, known)

  const found = new Map<number, Process>()
  for (const process of others)
    if (marked.has(process.pid) || seen.has(identity(process)) || isLed(process))
      found.set(process.pid, process)
  const parents = new Set(found.keys())
  if (tree.leader?.pid === process.pid && isAlive(tree.leader)) parents.add(process.pid)
  for (let grown = true; grown; ) {
    const children = others.filter(({ pid, parent }) => parents.has(parent) && !found.has(pid))
    for (const child of children) {
      found.set(child.pid, child)
      parents.add(child.pid)
    }
    grown = children.length > 0
  }
  return [...found.values()]
}

/**
 * Whether a process is the leader, or belongs to its group or session. While one of these has a member the kernel
 * gives its number to no new process, but once it was empty the number may come back as a stranger's. So a group
 * whose leader is gone is ours only if something else says so too: one of it is marked or was seen before, or
 * the process sits in the tree's directory.
 */
function membershipOf(
  { leader, cwd }: ProcessTree,
  table: readonly Process[],
  marked: ReadonlySet<number>,
  known: readonly Process[],
): (process: Process) => boolean {
  if (!leader || leader.kernel_boot_id !== kernelBootId) return () => false
  const isIn = ({ pid, group, session }: Process) => [pid, group, session].includes(leader.pid)
  const holder = table.find(({ pid }) => pid === leader.pid)
  if (holder) return (process) => holder.start_time === leader.start_time && isIn(process)
  const seen = new Set(known.filter(isIn).map(identity))
  const isOurs = table.some(
    (process) => isIn(process) && (marked.has(process.pid) || seen.has(identity(process))),
  )
  return (process) => isIn(process) && (isOurs || sitsIn(process.pid, cwd))
}

const identity = ({ pid, start_time }: Process): string => `${pid} ${start_time}`

function isMarked({ pid }: Process, marks: readonly string[]): boolean {
  if (marks.length === 0) return false
  const environment = environmentOf(pid)
  return marks.some((mark) => environment.includes(mark))
}

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
