import { readdirSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, isPassing, statusOf } from '@yardmaster/client'
import type { Run, SpooledEnding } from '@yardmaster/protocol'
import { makePrivate, writeJson } from '../files.js'
import { parseRunName, runName } from '../runs/run-name.js'

/**
 * Endings on disk until the daemon has answered them, one file per run. Executors write theirs here too, in the
 * same form, and take it away themselves while they live.
 *
 * An entry leaves on any answer but 401, 408, 429, 5xx or none. Accepted, its file is deleted; refused, it goes
 * to `refused/`, where a person can still read what the run had to say. What was only guessed of a dead executor
 * goes without a trace: refused, the daemon had the run's own word before.
 */
export class Spool {
  readonly #refused: string
  readonly #underWay = new Map<string, Promise<unknown>>()

  /**
   * @param send hands one ending to the daemon; throws what the client throws
   * @param log one line for each entry that is refused
   */
  constructor(
    private readonly directory: string,
    private readonly send: (ending: SpooledEnding) => Promise<unknown>,
    private readonly log: (line: string) => void,
  ) {
    this.#refused = join(directory, 'refused')
  }

  async open(): Promise<void> {
    await makePrivate(this.directory)
    await makePrivate(this.#refused)
  }

  fileOf(run: Run): string {
    return join(this.directory, `${runName(run)}.json`)
  }

  async write(ending: SpooledEnding): Promise<void> {
    await writeJson(this.fileOf(ending), ending)
  }

  /** The runs whose ending waits here. */
  waiting(): Run[] {
    return this.#files().flatMap((name) => parseRunName(name.slice(0, -'.json'.length)) ?? [])
  }

  /** Whether the ending of that run waits here. */
  has(run: Run): boolean {
    return this.#files().includes(`${runName(run)}.json`)
  }

  /**
   * Tries each entry once; none keeps the others from their try.
   *
   * @param isTheirs names the runs whose ending somebody else sends
   * @returns the last failure among those that wait on, null when nobody has to wait
   */
  async replay(isTheirs: (run: Run) => boolean = () => false): Promise<unknown> {
    let failure: unknown = null
    for (const name of this.#files()) {
      const run = parseRunName(name.slice(0, -'.json'.length))
      if (run && isTheirs(run)) continue
      failure = (await this.#try(name, run)) ?? failure
    }
    return failure
  }

  /**
   * Tries the entry of one run, if there is one.
   *
   * @returns why it has to wait, null if it has not
   */
  async replayOne(run: Run): Promise<unknown> {
    return this.has(run) ? this.#try(`${runName(run)}.json`, run) : null
  }

  /** One try at a time: its run and the replay of all may come to an entry at once. */
  #try(name: string, run: Run | null): Promise<unknown> {
    const underWay = this.#underWay.get(name)
    if (underWay) return underWay
    const trying = this.#hand(name, run).finally(() => this.#underWay.delete(name))
    this.#underWay.set(name, trying)
    return trying
  }

  async #hand(name: string, run: Run | null): Promise<unknown> {
    const text = await readFile(join(this.directory, name), 'utf8').catch(() => null)
    if (text === null) return null
    const ending = run && parse(text, run)
    if (!ending) {
      await this.#refuse(name, 'it cannot be read')
      return null
    }
    try {
      await this.send(ending)
    } catch (error) {
      if (isPassing(error) || statusOf(error) === 401) return error
      if (!isGuess(ending)) {
        await this.#refuse(name, codeOf(error) ?? String(error))
        return null
      }
    }
    await rm(join(this.directory, name), { force: true })
    return null
  }

  async #refuse(name: string, why: string): Promise<void> {
    await mkdir(this.#refused, { recursive: true, mode: 0o700 })
    try {
      await rename(join(this.directory, name), join(this.#refused, name))
    } catch (error) {
      // Its executor was quicker to take it away.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    }
    this.log(`ending ${name} was refused (${why}); kept in ${this.#refused}`)
  }

  #files(): string[] {
    return readdirSync(this.directory).filter((name) => name.endsWith('.json') && !name.startsWith('.'))
  }
}

/** No executor says this of itself. */
const isGuess = ({ patch }: SpooledEnding): boolean => patch.failure_reason === 'executor_died'

function parse(text: string, run: Run): SpooledEnding | null {
  try {
    const { task_id, attempt, patch } = JSON.parse(text) as SpooledEnding
    const isWhole =
      task_id === run.task_id && attempt === run.attempt && patch !== null && typeof patch === 'object'
    return isWhole && !Array.isArray(patch) ? { task_id, attempt, patch } : null
  } catch {
    return null
  }
}
