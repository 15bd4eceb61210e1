import { GitError } from '../errors.js'
import { checkAbsolute, checkBranchName } from '../names.js'
import { branchTip, defaultBranch, requireRepo } from '../repo.js'
import { baseNotFound, findCommit, refExists } from '../revisions.js'
import { git, gitOrNull, only } from '../run.js'
import { type GitEnclosure, within } from '../within.js'
import { checkOut } from './checkout.js'
import { retryLocked } from './locks.js'

export interface NewWorktree {
  /** The repository as `inspectRepo` names it. */
  repo: string
  /** Absolute; nothing may exist there. */
  path: string
  branch: string
  /** Branch, tag or commit that a new branch starts from; by default the repository's default branch. */
  base?: string
  /**
   * Makes what git is shut in by while it writes refs; without, nothing. Agents write among the refs and logs of a
   * repository, and a link that one puts there leads wherever the caller may write.
   */
  enclosure?: () => Promise<GitEnclosure>
}

export interface Worktree {
  path: string
  branch: string
  /** The commit the branch's own work starts from. */
  base_sha: string
  /** The branch its work goes back to: `base` where that is a branch, else the default branch. */
  target_branch: string
}

/**
 * Makes a git worktree: on a new branch from `base`, or, without a base, on `branch` where that exists.
 * A dirty main checkout is no obstacle, it is not touched. What fails is undone: directory, record, branch.
 *
 * @throws GitError REPO_GONE, EMPTY_REPO, BAD_BRANCH_NAME, BRANCH_EXISTS (with a base), BRANCH_IN_USE,
 *   BASE_NOT_FOUND, WORKTREE_EXISTS, GIT_FAILED
 */
export async function addWorktree({ repo, path, branch, base, enclosure }: NewWorktree): Promise<Worktree> {
  checkAbsolute(path)
  await checkBranchName(branch)
  await requireRepo(repo)
  await requireCommit(repo)
  if (base === undefined && (await refExists(repo, `refs/heads/${branch}`))) {
    await checkOut(repo, path, branch)
    return { path, branch, ...(await originOf(repo, branch)) }
  }
  const target_branch = await targetOf(repo, base)
  const start = base ?? target_branch
  const base_sha = await findCommit(repo, start)
  if (base_sha === null) throw baseNotFound(start)
  const refs = await enclosure?.()
  await writing(refs, () => createBranch(repo, branch, base_sha))
  try {
    await checkOut(repo, path, branch)
  } catch (error) {
    // Only as we made it: a commit that somebody put on it meanwhile keeps it.
    await writing(refs, () => deleteBranch(repo, branch, base_sha))
    throw error
  }
  return { path, branch, base_sha, target_branch }
}

/** Does a work that writes refs in what it is to be shut in by. */
export function writing<T>(enclosure: GitEnclosure | undefined, work: () => Promise<T>): Promise<T> {
  return enclosure ? within(enclosure, work) : work()
}

/** Takes a branch away unless it has gone on from `sha`. */
export async function deleteBranch(repo: string, branch: string, sha: string): Promise<void> {
  await gitOrNull(['update-ref', '-d', `refs/heads/${branch}`, sha], { cwd: repo, env: only(repo) })
}

/** Asks for HEAD first: going through all refs fails at one that is broken, and waits for ever at one that is a pipe. Agents can make either. */
async function requireCommit(repo: string): Promise<void> {
  const asked = { cwd: repo, env: only(repo) }
  if ((await gitOrNull(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], asked)) !== null) return
  const any = await git(['for-each-ref', '--count=1', '--format=%(refname)'], asked)
  if (any === '') throw new GitError('EMPTY_REPO', 'The repository has no commit yet; make a first one.')
}

async function targetOf(repo: string, base: string | undefined): Promise<string> {
  if (base !== undefined && (await findCommit(repo, base)) !== null) {
    if (await refExists(repo, `refs/heads/${base}`)) return base
    const short = base.replace(/^origin\//, '')
    if (await refExists(repo, `refs/remotes/origin/${short}`)) return short
  }
  return defaultBranch(repo)
}

/** An existing branch's own work starts where it left the default branch. */
async function originOf(repo: string, branch: string): Promise<Pick<Worktree, 'base_sha' | 'target_branch'>> {
  const asked = { cwd: repo, env: only(repo) }
  const target_branch = await defaultBranch(repo)
  const [tip, target] = [await branchTip(repo, branch), await branchTip(repo, target_branch)]
  const base = tip && target && (await gitOrNull(['merge-base', tip, target], asked))
  return { base_sha: base || tip!, target_branch }
}

/**
 * By `update-ref` and not by `worktree add -b`: it makes the branch or fails as one step, so that of two
 * who want the same name the loser knows that the branch is not theirs to take away.
 */
async function createBranch(repo: string, branch: string, sha: string): Promise<void> {
  const none = '0'.repeat(sha.length)
  const create = ['update-ref', '-m', `branch: created from ${sha}`, `refs/heads/${branch}`, sha, none]
  await retryLocked(() => git(create, { cwd: repo, env: only(repo) })).catch((error) => {
    if (!(error instanceof GitError) || !/already exists|cannot create/.test(error.stderr)) throw error
    const taken = /'refs\/heads\/([^']*)' exists; cannot create/.exec(error.stderr)?.[1] ?? branch
    throw new GitError('BRANCH_EXISTS', `The branch "${taken}" exists already; choose another name.`)
  })
}
