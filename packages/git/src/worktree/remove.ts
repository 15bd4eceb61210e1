import { rm } from 'node:fs/promises'
import { GitError } from '../errors.js'
import { ownersFilters } from '../filters.js'
import { checkAbsolute } from '../names.js'
import { requireRepo } from '../repo.js'
import { git, only } from '../run.js'
import { shown } from '../text.js'
import { CHECKOUT_TIMEOUT, exists, forgetVanished } from './checkout.js'
import { retryLocked } from './locks.js'
import { registrationAt } from './registrations.js'

/**
 * Removes a worktree's directory and its record; the branch stays. One that is gone already is no error.
 * Without `force`, git refuses while the worktree has changed or untracked files; it looks into repositories inside it
 * too, whose config counts there, so this is for worktrees in which no agent was.
 *
 * @throws GitError REPO_GONE; WORKTREE_GONE if something else stands at `path`, which is left alone;
 *   GIT_FAILED
 */
export async function removeWorktree({
  repo,
  path,
  force = false,
}: {
  repo: string
  path: string
  force?: boolean
}): Promise<void> {
  checkAbsolute(path)
  await requireRepo(repo)
  if (!(await exists(path))) return forgetVanished(repo, path)
  const record = await registrationAt(repo, path)
  if (record === null) {
    throw new GitError(
      'WORKTREE_GONE',
      `${shown(path)} is no worktree of this repository; it was left alone.`,
    )
  }
  if (force) {
    // Deleted by us and forgotten by git: git's own removal stops at a broken `.git` file, and such a
    // worktree is the one that needs force.
    await rm(record.path, { recursive: true, force: true, maxRetries: 3 })
    return forgetVanished(repo, record.path)
  }
  // git looks whether anything has changed there, by the settings that are the worktree's own.
  const env = await ownersFilters(record.path, only(record.path))
  await retryLocked(() =>
    git(['worktree', 'remove', '--', record.path], { cwd: repo, env, timeout: CHECKOUT_TIMEOUT }),
  )
}
