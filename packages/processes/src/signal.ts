import { isRunning } from './identity.js'
import type { Process } from './process-table.js'

/** Signals one process, having looked that it is still the same; one that has ended meanwhile is no error. */
export function signalProcess(
  target: Pick<Process, 'pid' | 'start_time'>,
  name: 'SIGTERM' | 'SIGKILL',
): void {
  if (target.pid <= 1 || target.pid === process.pid || !isRunning(target)) return
  try {
    process.kill(target.pid, name)
  } catch {
    // Ended between the look and the call, or another user's: the next look at the table tells which.
  }
}

/** This process and those above it, which no tree may take in. */
export function selfAndAncestors(table: readonly Process[]): Set<number> {
  const parents = new Map(table.map((one) => [one.pid, one.parent]))
  const line = new Set([0, 1])
  for (let pid: number | undefined = process.pid; pid !== undefined && !line.has(pid); ) {
    line.add(pid)
    pid = parents.get(pid)
  }
  return line
}
