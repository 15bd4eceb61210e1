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
  let killing: number | null = null
  const told = new Set<string>()
  for (let alive = treeMembers(tree, known); ; alive = treeMembers(tree, alive)) {
    const now = performance.now()
    // From the first KILL on: on a host that stood still meanwhile, both times may be over before there was one.
    const isHopeless = killing !== null && now - killing > patience
    if (alive.length === 0 || isHopeless || signal?.aborted) return alive
    const isLate = now - began >= grace
    if (isLate) killing ??= now
    // They end when all inside have. Told before, they would take those with them, who are to end by themselves.
    const starters = isLate ? new Set<number>() : startersOfNamespaces(alive)
    for (const process of alive) {
      if (starters.has(process.pid)) continue
      const name = `${process.pid} ${process.start_time}`
      if (isLate) signalProcess(process, 'SIGKILL')
      else if (!told.has(name)) signalProcess(process, 'SIGTERM')
      told.add(name)
    }
    // Looking at the members alone is cheap; the whole table is read again when they are gone or time is up.
    const until = isLate ? now + 200 : began + grace
    while (stillRunning(alive).length > 0 && performance.now() < until && !signal?.aborted)
      await delay(pollEvery, undefined, { signal }).catch(() => undefined)
  }
}

/** KILL to every process of a tree, for an exit that cannot wait: whether they are gone is not looked at. */
export function killTree(tree: ProcessTree): void {
  for (const process of treeMembers(tree)) signalProcess(process, 'SIGKILL')
}
