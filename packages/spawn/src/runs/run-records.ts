import { readdirSync } from 'node:fs'
import { open, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { ProcessIdentity, ProcessTree } from '@yardmaster/processes'
import type { Run } from '@yardmaster/protocol'
import { makePrivate, writeJson } from '../files.js'
import type { Loan } from '../isolation/logins.js'
import { markerOf, parseRunName, runName } from './run-name.js'

/** What is written down of a run, so that whoever comes after a kill -9 finds its processes. */
export interface RunRecord extends Run {
  executor: ProcessIdentity | null
  /** The worktree it works in; null where the record could not be read. */
  cwd: string | null
  /** What the daemon wants of it: kept, so that a stop holds across a restart. */
  order: 'stop' | 'gone' | null
  /** What is to be taken back when the run is over. */
  loan: Loan | null
}

const logsKept = 50
const logTail = 4_000

/** `<home>/runs/<task_id>.<attempt>/`: a `run.json` while the run is looked after, and its `executor.log`. */
export class RunRecords {
  constructor(private readonly directory: string) {}

  directoryOf(run: Run): string {
    return join(this.directory, runName(run))
  }

  logOf(run: Run): string {
    return join(this.directoryOf(run), 'executor.log')
  }

  /** Where files that came with its prompt are put, where the agent cannot be handed them otherwise. */
  attachmentsOf(run: Run): string {
    return join(this.directoryOf(run), 'attachments')
  }

  async prepare(run: Run): Promise<void> {
    await makePrivate(this.directoryOf(run))
  }

  async write(record: RunRecord): Promise<void> {
    await writeJson(this.#file(record), record)
  }

  /** Every run that has a record. One that cannot be read still tells its run by the directory's name. */
  async list(): Promise<RunRecord[]> {
    await makePrivate(this.directory)
    const records: RunRecord[] = []
    for (const run of this.#runs()) {
      const text = await readFile(this.#file(run), 'utf8').catch((error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' ? null : '',
      )
      if (text !== null) records.push(parse(text, run))
    }
    return records
  }

  /** The run needs no looking after any more. Its log stays until fifty newer ones have come. */
  async close(run: Run): Promise<void> {
    await rm(this.#file(run), { force: true })
    const ended: { path: string; at: number }[] = []
    for (const other of this.#runs()) {
      const path = this.directoryOf(other)
      const hasRecord = await stat(this.#file(other)).catch(() => null)
      const found = await stat(path).catch(() => null)
      if (found && !hasRecord && runName(other) !== runName(run)) ended.push({ path, at: found.mtimeMs })
    }
    ended.sort((a, b) => b.at - a.at)
    for (const { path } of ended.slice(logsKept - 1)) await rm(path, { recursive: true, force: true })
  }

  /** The end of what the executor wrote to its log, empty if it wrote nothing. */
  async tailOfLog(run: Run): Promise<string> {
    const handle = await open(this.logOf(run), 'r').catch(() => null)
    if (!handle) return ''
    try {
      const { size } = await handle.stat()
      const { buffer, bytesRead } = await handle.read({
        buffer: Buffer.alloc(Math.min(size, logTail)),
        position: Math.max(0, size - logTail),
      })
      return buffer.toString('utf8', 0, bytesRead).replaceAll('\0', '').trim()
    } finally {
      await handle.close()
    }
  }

  #file(run: Run): string {
    return join(this.directoryOf(run), 'run.json')
  }

  #runs(): Run[] {
    return readdirSync(this.directory).flatMap((name) => parseRunName(name) ?? [])
  }
}

/** The tree of a recorded run. */
export const treeOf = (record: RunRecord): ProcessTree => ({
  marker: markerOf(runName(record)),
  leader: record.executor,
  cwd: record.cwd,
})

function parse(text: string, run: Run): RunRecord {
  const blank: RunRecord = { ...run, executor: null, cwd: null, order: null, loan: null }
  try {
    const { executor, cwd, order, loan } = JSON.parse(text) as Partial<RunRecord>
    const isIdentity = Number.isInteger(executor?.pid) && typeof executor?.start_time === 'string'
    return {
      ...blank,
      executor: isIdentity && executor ? executor : null,
      cwd: typeof cwd === 'string' ? cwd : null,
      order: order === 'stop' || order === 'gone' ? order : null,
      loan: loan ?? null,
    }
  } catch {
    return blank
  }
}
