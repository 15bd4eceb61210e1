import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { identify, isAlive, type ProcessIdentity } from '../../src/index.js'

/** Waits until something is so; the test's own time limit is the only one. */
export async function until<T>(look: () => T | Promise<T>): Promise<Exclude<T, false | null | undefined>> {
  for (;;) {
    const found = await look()
    if (found) return found as Exclude<T, false | null | undefined>
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

export const gone = (identity: ProcessIdentity): Promise<boolean> => until(() => !isAlive(identity))

/** The pids that a fixture wrote into a file, one a line, once there are so many of them. */
export function pidsIn(file: string, count: number): Promise<ProcessIdentity[]> {
  return until(async () => {
    if (!existsSync(file)) return null
    const lines = (await readFile(file, 'utf8')).split('\n').slice(0, -1)
    return lines.length >= count ? lines.map((line) => identify(Number(line))) : null
  })
}

/** Starts a program as the leader of a session of its own. */
export function start(command: string, args: string[], env: NodeJS.ProcessEnv = process.env): ChildProcess {
  return spawn(command, args, { detached: true, stdio: 'ignore', env })
}
