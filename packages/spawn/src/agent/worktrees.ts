import { ensureWorktree, worktreeIsTold } from '@yardmaster/git'
import type { Assignment } from '@yardmaster/protocol'
import { CannotBegin } from './order.js'

type Place = Assignment['worktree']

/** The directories that runs begin in. */
export class Worktrees {
  readonly #looking = new Map<string, Promise<boolean>>()

  /** @param runtime_id the runtime whose worktrees these are; another one's are none of its business */
  constructor(private readonly runtime_id: string) {}

  /**
   * Sees to it that a run's directory is there. Runs that begin at once in the same one wait for the same look.
   *
   * @returns whether it was gone and has been made anew, until it is {@link told}
   * @throws CannotBegin
   */
  async ensure(place: Place): Promise<boolean> {
    if (place.runtime_id !== this.runtime_id) return false
    const { path } = place
    const looking = this.#looking.get(path) ?? this.#look(place)
    this.#looking.set(path, looking)
    return looking
  }

  /** Whoever says so in the transcript is on its way. */
  async told({ path }: Place): Promise<void> {
    await worktreeIsTold(path)
  }

  async #look({ path, branch, repo_path: repo }: Place): Promise<boolean> {
    try {
      return await ensureWorktree({ repo, path, branch })
    } catch (error) {
      const why = (error as Error).message
      throw new CannotBegin(
        'cwd_missing',
        `The worktree's directory is gone: ${path}. It cannot be made anew: ${why}`,
      )
    } finally {
      this.#looking.delete(path)
    }
  }
}
