import { setTimeout as delay } from 'node:timers/promises'
import { isMarked, type Process, processes, startOf } from './process-table.js'

/** How a command's processes are found again: its shell, and the mark that they all inherit. */
export interface Tree {
  shell: { pid: number; started: string }
  mark: string
}

const GRACE_MS = 2_000
const PATIENCE_MS = 3_000
const POLL_MS = 50

/** The tree of a shell that was started just now with the mark in its environment. */
export function treeOf(pid: number, mark: string): Tree {
  return { shell: { pid, started: startOf(pid) }, mark }
}

/**
 * The live processes of the tree. None of the three signs finds everything: a descendant may start a
 * session of its own (leaves the group), its parent may end (leaves the line of parents), or it may
 * be started with an empty environment (has no mark). Only one that does all three is missed.
 */
export function members(tree: Tree, known: readonly Process[] = []): Process[] {
  const table = processes()
  const alive = new Map(table.map((process) => [process.pid, process]))
  const leader = alive.get(tree.shell.pid)
  const groupIsOurs = !leader || leader.started === tree.shell.started

  const found = new Map<number, Process>()
  for (const process of table) {
    if ((groupIsOurs && process.group === tree.shell.pid) || isMarked(process.pid, tree.mark)) {
      found.set(process.pid, process)
    }
  }
  for (const process of known) {
    if (alive.get(process.pid)?.started === process.started) found.set(process.pid, process)
  }
  for (let grown = true; grown; ) {
    const children = table.filter((process) => found.has(process.parent) && !found.has(process.pid))
    for (const child of children) found.set(child.pid, child)
    grown = children.length > 0
  }
  return [...found.values()]
}

/**
 * Ends the tree: TERM once to each process, KILL to those that live after 2 s, and again until none is
 * left. Processes are looked up anew each time, since a dying tree still forks.
 *
 * @returns the pids that live 5 s later all the same (another user's, or stuck in the kernel)
 */
export async function terminate(tree: Tree): Promise<number[]> {
  const began = performance.now()
  const told = new Set<string>()
  let alive = members(tree)
  while (alive.length > 0) {
    const waited = performance.now() - began
    if (waited > GRACE_MS + PATIENCE_MS) break
    for (const process of alive) {
      if (waited > GRACE_MS) signal(process.pid, 'SIGKILL')
      else if (!told.has(identity(process))) signal(process.pid, 'SIGTERM')
      told.add(identity(process))
    }
    await delay(POLL_MS)
    alive = members(tree, alive)
  }
  return alive.map((process) => process.pid)
}

function identity(process: Process): string {
  return `${process.pid} ${process.started}`
}

function signal(pid: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended meanwhile, or is another user's: the next look tells which.
  }
}
