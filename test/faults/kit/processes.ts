import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  identify,
  isAlive,
  type Process,
  type ProcessIdentity,
  type ProcessTree,
  treeMembers,
} from '@yardmaster/processes'
import type { Task } from '@yardmaster/protocol'
import { until } from './until'

type Run = Pick<Task, 'id' | 'attempt'>

/** What a run's record in the home says; null when there is none any more. */
export function recordOf(
  home: string,
  { id, attempt }: Run,
): { executor: ProcessIdentity | null; order: string | null } | null {
  return readJson(join(home, 'runs', `${id}.${attempt}`, 'run.json'))
}

/** The executor of a run, once it is on record. */
export const executorOf = (home: string, run: Run): Promise<ProcessIdentity> =>
  until(() => recordOf(home, run)?.executor)

/** Every run that the home has had, as far as it is remembered. */
export function runsOf(home: string): Run[] {
  const directory = join(home, 'runs')
  if (!existsSync(directory)) return []
  return readdirSync(directory).map((name) => {
    const [id = '', attempt] = name.split('.')
    return { id, attempt: Number(attempt) }
  })
}

/** The processes of a run, to be found by the mark that all of them inherit. */
export const treeOf = ({ id, attempt }: Run): ProcessTree => ({
  marker: { YARDMASTER_RUN: `${id}.${attempt}` },
  leader: null,
  cwd: null,
})

/** Those that live. */
export const processesOf = (run: Run): Process[] => treeMembers(treeOf(run))

/** Where the home keeps its Postgres, and as whom to talk to it. Null before the first start. */
export function postgresOf(home: string): { directory: string; appPassword: string } | null {
  const record = readJson<{ directory: string; appPassword: string }>(join(home, 'postgres.json'))
  return (
    record && { ...record, directory: join(record.directory.startsWith('/') ? '/' : home, record.directory) }
  )
}

/** The home's postmaster; null when none runs. */
export function postmasterOf(home: string): (ProcessIdentity & { socketDirectory: string }) | null {
  const place = postgresOf(home)
  const lines = place && read(join(place.directory, 'data', 'postmaster.pid'))?.split('\n')
  if (!lines) return null
  const identity = identify(Number(lines[0]))
  return isAlive(identity) ? { ...identity, socketDirectory: lines[4] ?? '' } : null
}

/** Ends a process as nothing can be prepared for, and waits until it is gone. */
export async function killNow(identity: ProcessIdentity): Promise<void> {
  if (isAlive(identity)) process.kill(identity.pid, 'SIGKILL')
  await until(() => !isAlive(identity))
}

function readJson<T>(file: string): T | null {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return null
  }
}

function read(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
