import { GitError } from '../errors.js'
import { ownersFilters } from '../filters.js'
import { baseNotFound, findCommit } from '../revisions.js'
import { git, only } from '../run.js'
import { addWorktree, deleteBranch, type NewWorktree, type Worktree, writing } from './add.js'
import { CHECKOUT_TIMEOUT } from './checkout.js'
import { removeWorktree } from './remove.js'

export interface ForkedWorktree {
  /** The repository as `inspectRepo` names it. */
  repo: string
  /** Absolute; nothing may exist there. */
  path: string
  /** A new one. */
  branch: string
  /** A commit that `snapshot` made in any worktree of the repository. */
  snapshot: string
  enclosure?: NewWorktree['enclosure']
}

/**
 * Makes a worktree that holds what another held when the snapshot was taken: a new branch at the commit that was checked
 * out there, and on top of it, uncommitted as they were, its changed and untracked files. What fails is undone.
 *
 * @throws GitError as `addWorktree` with a base does; BASE_NOT_FOUND for a snapshot that is gone, EMPTY_REPO for one of a
 *   branch without a commit
 */
export async function forkWorktree(wanted: ForkedWorktree): Promise<Worktree> {
  const { repo, path, branch, snapshot, enclosure } = wanted
  const commit = await findCommit(repo, snapshot)
  if (commit === null) throw baseNotFound(snapshot)
  const base = await findCommit(repo, `${commit}^`)
  if (base === null) throw new GitError('EMPTY_REPO', 'There was no commit yet when the snapshot was taken.')
  const made = await addWorktree({ repo, path, branch, base, ...(enclosure && { enclosure }) })
  try {
    await putFiles(path, commit)
  } catch (error) {
    await removeWorktree({ repo, path, force: true })
    await writing(await enclosure?.(), () => deleteBranch(repo, branch, base))
    throw error
  }
  return made
}

/** The files alone: the index stays that of the branch, so that what was untracked or unstaged is so again. */
async function putFiles(path: string, commit: string): Promise<void> {
  const env = await ownersFilters(path, only(path))
  const trees = ['rev-parse', `${commit}^{tree}`, `${commit}^^{tree}`]
  const [now, before] = (await git(trees, { cwd: path, env })).split('\n')
  // Besides saving time: of an empty tree git says that no file matches.
  if (now === before) return
  const restore = ['restore', `--source=${commit}`, '--worktree', '--', ':/']
  await git(restore, { cwd: path, env, timeout: CHECKOUT_TIMEOUT })
}
