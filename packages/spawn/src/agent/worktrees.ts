import { ensureWorktree, GitError } from '@yardmaster/git'
import type { Assignment } from '@yardmaster/protocol'
import { CannotBegin } from './order.js'

/** The directories that runs begin in. */
export class Worktrees {
  readonly #looking = new Map<string, Promise<boolean>>()

  /**
   * Sees to it that a run's directory is there. Runs that begin at once in the same one wait for the same look.
   *
   * @returns whether it was gone, and has been made anew
   * @throws CannotBegin
   */
  ensure({ path, branch, repo_path: repo }: Assignment['worktree']): Promise<boolean> {
    const looking = this.#looking.get(path) ?? this.#look({ path, branch, repo })
    this.#looking.set(path, looking)
    return looking
  }

  async #look(worktree: { path: string; branch: string; repo: string }): Promise<boolean> {
    try {
      return await ensureWorktree(worktree)
    } catch (error) {
      if (!(error instanceof GitError)) throw error
      const message = `The worktree's directory is gone: ${worktree.path}. It cannot be made anew: ${error.message}`
      throw new CannotBegin('cwd_missing', message)
    } finally {
      this.#looking.delete(worktree.path)
    }
  }
}
