import { spawn } from 'node:child_process'
import type { Readable } from 'node:stream'

export interface Launch {
  /** Program and arguments. */
  command: string[]
  cwd: string
  env: Record<string, string>
  input?: string | undefined
  /** Milliseconds until the process is ended. */
  timeout: number
  onStderr?: ((text: string) => void) | undefined
}

export interface Ending {
  /** Null if a signal ended it, or it never started. */
  exit: number | null
  stderr: string
  timedOut: boolean
  /** `ENOENT` and the like, where it could not be started. */
  startError: string | null
}

export interface GitProcess {
  stdout: Readable
  /** Settles when the process is gone and all it wrote has arrived; never rejects. */
  ending: Promise<Ending>
  end(): void
}

const KEPT_STDERR = 100_000
/** Milliseconds that git has to take its lock files away before it is killed. */
const GRACE = 5_000

/** One git process. (execa was tried and left: jest's CommonJS cannot load what it imports.) */
export function launch({ command, cwd, env, input, timeout, onStderr }: Launch): GitProcess {
  // A group of its own: a filter, helper or ssh that outlived git would hold the pipes, and us, open.
  const [program = '', ...args] = command
  const child = spawn(program, args, { cwd, env, stdio: 'pipe', detached: true })
  let stderr = ''
  let timedOut = false
  let startError: string | null = null
  let killing: NodeJS.Timeout | undefined
  const signal = (name: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, name)
    } catch {} // all of them are gone
  }
  const end = () => {
    signal('SIGTERM')
    killing ??= setTimeout(() => {
      signal('SIGKILL')
      child.stdout.destroy() // what left the group may hold them still
      child.stderr.destroy()
    }, GRACE)
  }
  const waiting = setTimeout(() => {
    timedOut = true
    end()
  }, timeout)
  child.stdin.on('error', () => {}) // git need not read to the end; its exit code tells
  child.stdin.end(input)
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (stderr.length < KEPT_STDERR) stderr += text
    onStderr?.(text)
  })
  const ending = new Promise<Ending>((resolve) => {
    child.on('error', (error: NodeJS.ErrnoException) => {
      startError ??= error.code ?? 'UNKNOWN'
    })
    child.on('close', (exit) => {
      clearTimeout(waiting)
      clearTimeout(killing)
      resolve({ exit: startError === null ? exit : null, stderr, timedOut, startError })
    })
  })
  return { stdout: child.stdout, ending, end }
}
