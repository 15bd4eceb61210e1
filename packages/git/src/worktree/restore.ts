import { checkAbsolute, checkBranchName } from '../names.js'
import { requireRepo } from '../repo.js'
import { baseNotFound, refExists } from '../revisions.js'
import { git, only } from '../run.js'
import { checkOut } from './checkout.js'

/**
 * Makes a worktree whose directory vanished anew, from its branch. What was not committed is not in it
 * (it is in the snapshots).
 *
 * @throws GitError REPO_GONE, BASE_NOT_FOUND (no such branch), WORKTREE_EXISTS, BRANCH_IN_USE, GIT_FAILED
 */
export async function restoreWorktree({
  repo,
  path,
  branch,
}: {
  repo: string
  path: string
  branch: string
}): Promise<{ path: string; branch: string; sha: string }> {
  checkAbsolute(path)
  await checkBranchName(branch)
  await requireRepo(repo)
  if (!(await refExists(repo, `refs/heads/${branch}`))) throw baseNotFound(branch)
  await checkOut(repo, path, branch)
  return { path, branch, sha: await git(['rev-parse', '--verify', 'HEAD'], { cwd: path, env: only(path) }) }
}
