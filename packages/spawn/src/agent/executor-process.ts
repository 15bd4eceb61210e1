import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, open } from 'node:fs/promises'
import { identify, isAlive, type Marker, type ProcessIdentity } from '@yardmaster/processes'
import { cleanEnvironment } from '../harnesses/environment.js'
import { rest } from '../rest.js'

/** A running executor, our child or one that outlived the agent which started it. */
export interface ExecutorProcess {
  identity: ProcessIdentity
  /** Resolves when it has ended, with how, or when the agent closes. Never rejects. */
  ended: Promise<string>
}

export interface StartExecutor {
  program: string
  cwd: string
  log: string
  marker: Marker
  /** Called with the identity before the executor is told anything: what is not on record shall do nothing. */
  record: (identity: ProcessIdentity) => Promise<void>
  /** JSON for its standard input; it holds a token, so it goes nowhere else. */
  order: object
  /** Given when the agent closes. */
  closed: AbortSignal
}

/**
 * Starts an executor that outlives this process: in a session of its own, writing to a file, since a pipe would
 * kill it when this end closes.
 *
 * @throws Error when it cannot be started or recorded; then none runs
 */
export async function startExecutor(start: StartExecutor): Promise<ExecutorProcess> {
  await access(start.program)
  const log = await open(start.log, 'a', 0o600)
  try {
    const child = spawn(process.execPath, [start.program], {
      cwd: start.cwd,
      detached: true,
      stdio: ['pipe', log.fd, log.fd],
      env: { ...cleanEnvironment(process.env), ...start.marker },
    })
    const ended = new Promise<string>((resolve) => {
      const leave = () => resolve('runs on')
      start.closed.addEventListener('abort', leave)
      child.on('exit', (code, signal) => {
        start.closed.removeEventListener('abort', leave)
        resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`)
      })
    })
    // One that dies at once closes the pipe first; its end is told by `exit`.
    child.stdin!.on('error', () => {})
    if (child.pid === undefined) throw (await once(child, 'error'))[0]
    child.on('error', () => {})
    const identity = identify(child.pid)
    try {
      await start.record(identity)
    } catch (error) {
      child.kill('SIGKILL')
      throw error
    }
    child.stdin!.end(JSON.stringify(start.order))
    child.unref()
    return { identity, ended }
  } finally {
    await log.close()
  }
}

/** Looks after an executor that runs already. */
export function adoptExecutor(
  identity: ProcessIdentity,
  every: number,
  closed: AbortSignal,
): ExecutorProcess {
  const watch = async () => {
    while (isAlive(identity) && !closed.aborted) await rest(every, closed)
    return 'ended, and whose child it was had gone before'
  }
  return { identity, ended: watch() }
}
