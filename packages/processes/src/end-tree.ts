import { setTimeout as delay } from 'node:timers/promises'
import { type Process, startersOfNamespaces } from './process-table.js'
import { type ProcessTree, stillRunning, treeMembers } from './process-tree.js'
import { signalProcess } from './signal.js'

export interface EndTreeOptions {
  /** Milliseconds between TERM and KILL. Default 2000. */
  grace?: number
  /** Milliseconds that KILL gets to work. Default 3000. */
  patience?: number
  /** What earlier looks at the tree found. */
  known?: readonly Process[]
  /** Gives up early. */
  signal?: AbortSignal
}

const pollEvery = 20

/**
 * Ends every process of a tree: TERM to each once, KILL to those that are there after the grace, until a fresh
 * look at the process table shows none. A dying tree still forks, so each round looks anew.
 *
 * @returns what lives all the same (another user's, stuck in the kernel, or given up by the signal): empty
 *   means that the tree is proved gone
 */
export async function endTree(tree: ProcessTree, options: EndTreeOptions = {}): Promise<Process[]> {
  const { grace = 2_000, patience = 3_000, known = [], signal } = options
  const began = performance.now()
  const told = new Set<string>()
  for (let alive = treeMembers(tree, known); ; alive = treeMembers(tree, alive)) {
    const passed = performance.now() - began
    if (alive.length === 0 || passed > grace + patience || signal?.aborted) return alive
    // They end when all inside have. Told before, they would take those with them, who are to end by themselves.
    const starters = passed < grace ? startersOfNamespaces(alive) : new Set<number>()
    for (const process of alive) {
      if (starters.has(process.pid)) continue
      const name = `${process.pid} ${process.start_time}`
      if (passed >= grace) signalProcess(process, 'SIGKILL')
      else if (!told.has(name)) signalProcess(process, 'SIGTERM')
      told.add(name)
    }
    // Looking at the members alone is cheap; the whole table is read again when they are gone or time is up.
    const until = passed >= grace ? passed + 200 : grace
    while (stillRunning(alive).length > 0 && performance.now() - began < until && !signal?.aborted)
      await delay(pollEvery, undefined, { signal }).catch(() => undefined)
  }
}

/** KILL to every process of a tree, for an exit that cannot wait: whether they are gone is not looked at. */
export function killTree(tree: ProcessTree): void {
  for (const process of treeMembers(tree)) signalProcess(process, 'SIGKILL')
}
