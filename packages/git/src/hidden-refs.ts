import { checkHiddenRef } from './names.js'
import { requireRepo } from './repo.js'
import { git, only } from './run.js'
import { retryLocked } from './worktree/locks.js'

/**
 * Deletes the hidden refs at and below a prefix of whole path parts (`refs/yardmaster/tasks/1` has nothing
 * to do with `…/10`); git collects their commits later. Returns how many there were.
 *
 * @throws GitError REPO_GONE; GIT_FAILED for a prefix outside `refs/yardmaster/`
 */
export async function deleteRefs({ repo, prefix }: { repo: string; prefix: string }): Promise<number> {
  checkHiddenRef(prefix)
  await requireRepo(repo)
  const asked = { cwd: repo, env: only(repo) }
  const listed = await git(['for-each-ref', '--format=delete %(refname)', prefix], asked)
  if (listed === '') return 0
  await retryLocked(() => git(['update-ref', '--stdin'], { ...asked, input: `${listed}\n` }))
  return listed.split('\n').length
}
