import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import {
  endTree,
  identify,
  killTree,
  type Process,
  type ProcessTree,
  processTable,
  treeMembers,
} from '@yardmaster/processes'

export interface Command {
  command: string
  /** The program that gets it as `-c`: `sh` or `bash`. */
  shell: string
  cwd: string
  /** Milliseconds after which the tree is ended; 0 is never. */
  timeout: number
  /** Ends the tree when it aborts. */
  signal: AbortSignal
  /** Standard output and standard error, in the order they were written. */
  onOutput: (chunk: Buffer) => void
}

export interface CommandEnd {
  exitCode: number | null
  signal: string | null
  /** Why the tree was ended; null where the shell ended by itself. */
  stopped: 'cancelled' | 'timed out' | null
  /** Processes that would not end when they had to. */
  survivors: number[]
  /** What the shell left running in the background. */
  left: Background | null
}

/** Processes that outlive the shell which started them, and how they are found again. */
export interface Background {
  tree: ProcessTree
  /** Those that were there when the shell had ended. */
  known: Process[]
}

const DRAIN_MS = 5_000
const DRAIN_BESIDE_BACKGROUND_MS = 250

const running = new Set<ProcessTree>()

/**
 * Runs one command in a process group of its own and resolves when its shell has ended and its output
 * is read, or when its whole tree was ended. Input is empty.
 *
 * @throws the system's error when the shell cannot be started (no such shell, no such cwd)
 */
export async function runCommand(options: Command): Promise<CommandEnd> {
  const marker = { SHELL_AGENT_COMMAND: randomUUID() }
  // Two pipes would lose the order between output and errors, so the shell joins them itself.
  const child = spawn(options.shell, ['-c', `exec 2>&1\n${options.command}`], {
    cwd: options.cwd,
    detached: true,
    env: { ...process.env, ...marker },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const exited = once(child, 'exit') as Promise<[number | null, string | null]>
  const closed = once(child, 'close')
  // A failed start rejects all three; the one that is awaited tells it.
  exited.catch(() => {})
  closed.catch(() => {})
  child.stdout.on('data', options.onOutput)
  await once(child, 'spawn')

  const pid = child.pid!
  const tree: ProcessTree = { marker, leader: identify(pid), cwd: null }
  running.add(tree)
  try {
    const reason = reasonToStop(options.signal, options.timeout)
    const stopped = await Promise.race([exited.then(() => null), reason.promise])
    reason.forget()
    // Later the group's number may be a stranger's, but the shell has ended only now, if it has.
    const group = processTable().filter((process) => process.group === pid)
    const survivors = (stopped ? await endTree(tree, { known: group }) : []).map((process) => process.pid)
    const [exitCode, signal] = survivors.includes(pid) ? [null, null] : await exited

    const known = treeMembers(tree, group)
    const drained = new AbortController()
    const patience = known.length > 0 ? DRAIN_BESIDE_BACKGROUND_MS : DRAIN_MS
    await Promise.race([closed, delay(patience, undefined, { signal: drained.signal }).catch(() => {})])
    drained.abort()
    return { exitCode, signal, stopped, survivors, left: known.length > 0 ? { tree, known } : null }
  } finally {
    running.delete(tree)
    // The pipe stays open and is read on: a background process must not die of a closed one.
    child.stdout.off('data', options.onOutput)
    child.stdout.resume()
  }
}

/** Kills the running commands at once, for an exit that cannot wait. The orderly way is each command's signal. */
export function killRunning(): void {
  for (const tree of running) killTree(tree)
}

function reasonToStop(signal: AbortSignal, timeout: number) {
  let timer: NodeJS.Timeout | undefined
  let cancel = () => {}
  const promise = new Promise<'cancelled' | 'timed out'>((resolve) => {
    cancel = () => resolve('cancelled')
    if (signal.aborted) cancel()
    signal.addEventListener('abort', cancel, { once: true })
    if (timeout > 0) timer = setTimeout(() => resolve('timed out'), timeout)
  })
  const forget = () => {
    clearTimeout(timer)
    signal.removeEventListener('abort', cancel)
  }
  return { promise, forget }
}
