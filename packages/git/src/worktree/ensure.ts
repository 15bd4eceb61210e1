import { lstat, rm, rmdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { GitError } from '../errors.js'
import { checkAbsolute, checkBranchName } from '../names.js'
import { requireRepo } from '../repo.js'
import { baseNotFound, refExists } from '../revisions.js'
import { git, only } from '../run.js'
import { shown } from '../text.js'
import { checkOut, exists, fill } from './checkout.js'
import { retryLocked } from './locks.js'
import { registrationAt } from './registrations.js'

interface Place {
  repo: string
  path: string
  branch: string
}

/**
 * Sees to it that a worktree's directory is there and whole: one that vanished is made anew from its branch. What was not
 * committed is not in it (it is in the snapshots). One whose making was cut off is finished, since an agent would take the
 * files that it lacks for deleted. Nothing that is there is ever taken away.
 *
 * @returns whether it was made anew, until {@link worktreeIsTold} says that people know
 * @throws GitError REPO_GONE, BASE_NOT_FOUND (no such branch), BRANCH_IN_USE, GIT_FAILED, WORKTREE_GONE where it may only be
 *   out of reach: the directory above is gone as well, or its record is locked
 */
export async function ensureWorktree(place: Place): Promise<boolean> {
  const { path } = place
  checkAbsolute(path)
  const isThere = await isSomething(path)
  const isMarked = await exists(markerOf(path))
  if (isThere && !isMarked) return false
  // An empty one is where the making got to before git had begun.
  if (isThere && !(await isRemovedEmpty(path))) await finish(path)
  else await make(place)
  return true
}

/** People know by now that the worktree was made anew. */
export async function worktreeIsTold(path: string): Promise<void> {
  await rm(markerOf(path), { force: true })
}

/** Beside the worktree, where no agent writes. No worktree has a name that begins with a dot. */
const markerOf = (path: string): string => join(dirname(path), `.${basename(path)}.made-anew`)

async function isSomething(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error) => {
      // A disk that fails is no reason to begin anew.
      if (error.code !== 'ENOENT') throw error
      return false
    },
  )
}

const isRemovedEmpty = (path: string): Promise<boolean> =>
  rmdir(path).then(
    () => true,
    () => false,
  )

async function make({ repo, path, branch }: Place): Promise<void> {
  await checkBranchName(branch)
  await requireRepo(repo)
  if (!(await refExists(repo, `refs/heads/${branch}`))) throw baseNotFound(branch)
  const above = dirname(path)
  if (!(await isSomething(above)))
    throw new GitError(
      'WORKTREE_GONE',
      `${shown(above)} is gone as well; if its disk is there, make it anew.`,
    )
  if ((await registrationAt(repo, path))?.locked)
    throw new GitError('WORKTREE_GONE', 'git has it on record as locked; unlock it if it will not come back.')
  await writeFile(markerOf(path), '')
  try {
    await checkOut(repo, path, branch)
  } catch (error) {
    if (!(await exists(path))) await worktreeIsTold(path)
    throw error
  }
}

/** git writes the index last, when all files are there; a git that is still at it holds a lock. */
async function finish(path: string): Promise<void> {
  const index = await git(['rev-parse', '--git-path', 'index'], { cwd: path, env: only(path) })
  if (!(await isSomething(resolve(path, index)))) await retryLocked(() => fill(path))
}
