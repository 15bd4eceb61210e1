import { changedFiles, snapshot, within } from '@yardmaster/git'
import type { Enclosure } from '@yardmaster/processes'
import type { ExecutorOrder, GitState } from '@yardmaster/protocol'
import { fitting } from './bounds.js'
import { cleanJson } from './clean.js'
import { log } from './log.js'

/** Bytes of JSON for the list of files, so that an ending stays below what the daemon takes. */
const FILES_BYTES = 600 * 1024

/** The worktree before and after the attempt. What git cannot tell is null and never fails the run. */
export class WorktreeState {
  #start: GitState['start'] = null
  readonly #cwd: string
  readonly #refs: string

  constructor(
    { worktree, task }: ExecutorOrder,
    private readonly enclosure: () => Promise<Enclosure>,
  ) {
    this.#cwd = worktree.path
    this.#refs = `refs/yardmaster/tasks/${task.id}/${task.attempt}`
  }

  /** Takes the snapshot that the end is compared with. */
  async begin(): Promise<GitState> {
    this.#start = await this.#snapshot('start')
    return { start: this.#start, end: null, files: [] }
  }

  async end(): Promise<GitState> {
    const start = this.#start
    const end = await this.#snapshot('end')
    if (!start?.snapshot || !end?.snapshot) return { start, end, files: [] }
    try {
      const range = { cwd: this.#cwd, from: start.snapshot, to: end.snapshot }
      const files = cleanJson(
        await within(await this.enclosure(), () => changedFiles(range)),
      ) as GitState['files']
      const kept = fitting(files, FILES_BYTES)
      if (kept.length < files.length) log(`${files.length} files changed, of which ${kept.length} are listed`)
      return { start, end, files: kept }
    } catch (error) {
      log(`the changed files cannot be told: ${(error as Error).message}`)
      return { start, end, files: [] }
    }
  }

  async #snapshot(moment: 'start' | 'end'): Promise<GitState['start']> {
    try {
      const place = { cwd: this.#cwd, ref: `${this.#refs}/${moment}` }
      const taken = await within(await this.enclosure(), () => snapshot(place))
      const { sha, branch, dirty, snapshot: commit } = taken
      return { sha, branch, dirty, snapshot: commit }
    } catch (error) {
      log(`no snapshot of the worktree: ${(error as Error).message}`)
      return null
    }
  }
}
