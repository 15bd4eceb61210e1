import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { checkAbsolute, checkBranchName } from '../names.js'
import { requireRepo } from '../repo.js'
import { baseNotFound, refExists } from '../revisions.js'
import { gitOrNull, only } from '../run.js'
import { checkOut, exists } from './checkout.js'

interface Place {
  repo: string
  path: string
  branch: string
}

/**
 * Sees to it that a worktree's directory is there: one that vanished is made anew from its branch. What was not committed
 * is not in it (it is in the snapshots). One that somebody was kept from finishing is begun again, since an agent would
 * take the files that it lacks for deleted.
 *
 * @returns whether it had to be made
 * @throws GitError REPO_GONE, BASE_NOT_FOUND (no such branch), BRANCH_IN_USE, GIT_FAILED
 */
export async function ensureWorktree(worktree: Place): Promise<boolean> {
  const { path } = worktree
  checkAbsolute(path)
  // Beside the worktree, where no agent writes. No worktree has a name that begins with a dot.
  const begun = join(dirname(path), `.${basename(path)}.unfinished`)
  if (await exists(path)) {
    if (!(await exists(begun))) return false
    if (await hasIndex(path)) {
      await rm(begun, { force: true })
      return false
    }
    await rm(path, { recursive: true, force: true })
  }
  await make(worktree, begun)
  return true
}

async function make({ repo, path, branch }: Place, begun: string): Promise<void> {
  await checkBranchName(branch)
  await requireRepo(repo)
  if (!(await refExists(repo, `refs/heads/${branch}`))) throw baseNotFound(branch)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(begun, '')
  try {
    await checkOut(repo, path, branch)
  } finally {
    await rm(begun, { force: true })
  }
}

/** git writes it last, when all files are there. */
async function hasIndex(path: string): Promise<boolean> {
  const index = await gitOrNull(['rev-parse', '--git-path', 'index'], { cwd: path, env: only(path) })
  return index !== null && exists(resolve(path, index))
}
