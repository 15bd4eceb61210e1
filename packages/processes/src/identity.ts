import { readFileSync } from 'node:fs'
import { hasEnded, type Process, readProcess } from './process-table.js'

/** Names one process for good, across restarts of whoever wrote it down and of the machine. */
export interface ProcessIdentity {
  pid: number
  start_time: string
  kernel_boot_id: string
}

/** Start times count from the kernel's boot, so they mean nothing without this. Empty where `ps` gives dates. */
export const kernelBootId: string = (() => {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
})()

/** The identity of a process that was started just now; it may have ended already. */
export function identify(pid: number): ProcessIdentity {
  return { pid, start_time: readProcess(pid)?.start_time ?? '', kernel_boot_id: kernelBootId }
}

/** Whether that very process still runs: the same pid with another start time is somebody else. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.kernel_boot_id === kernelBootId && isRunning(identity)
}

/** The same for a process seen under the present boot. */
export function isRunning({ pid, start_time }: Pick<Process, 'pid' | 'start_time'>): boolean {
  const found = readProcess(pid)
  return found !== null && !hasEnded(found) && found.start_time === start_time
}
