import { lstat, mkdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GitError } from '../errors.js'
import { ownersFilters } from '../filters.js'
import { git, only } from '../run.js'
import { shown } from '../text.js'
import { retryLocked } from './locks.js'
import { registrationAt, registrations } from './registrations.js'

/** Milliseconds for one checkout, which is as long as the repository is big. */
export const CHECKOUT_TIMEOUT = 600_000

/**
 * Checks an existing branch out into a new directory. If that fails, directory and record are gone again.
 *
 * @throws GitError WORKTREE_EXISTS, BRANCH_IN_USE, GIT_FAILED
 */
export async function checkOut(repo: string, path: string, branch: string): Promise<void> {
  await forgetVanishedHolder(repo, branch)
  await forgetVanished(repo, path)
  await claimDirectory(path)
  try {
    await retryLocked(async () => {
      await mkdir(path, { recursive: true }) // a failed attempt takes it away
      await git(['worktree', 'add', '--no-checkout', '--', path, branch], { cwd: repo, env: only(repo) })
    })
    await fill(path)
  } catch (error) {
    await rm(path, { recursive: true, force: true })
    // Whatever the undoing meets, the first failure is the one to tell.
    await forgetVanished(repo, path).catch(() => {})
    throw inUse(error, branch)
  }
}

/**
 * Writes the files of a worktree's commit. A step of its own, since config may include more for some worktrees
 * (`includeIf`): which filters there are can be told in this one alone.
 */
export async function fill(path: string): Promise<void> {
  const env = await ownersFilters(path, only(path))
  const files = ['reset', '--hard', '--no-recurse-submodules', '--quiet']
  await git(files, { cwd: path, env, timeout: CHECKOUT_TIMEOUT })
}

/** Making the directory ourselves decides who of several has the path, and what may be undone. */
async function claimDirectory(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await mkdir(path).catch((error) => {
    if (error.code !== 'EEXIST') throw error
    throw new GitError('WORKTREE_EXISTS', `${shown(path)} exists already; choose another name.`)
  })
}

/** Takes the record of the worktree at `path` away if its directory is gone, and no other's. */
export async function forgetVanished(repo: string, path: string): Promise<void> {
  const record = await registrationAt(repo, path)
  if (record === null || (await exists(record.path))) return
  await retryLocked(() =>
    git(['worktree', 'remove', '--force', '--force', '--', record.path], { cwd: repo, env: only(repo) }),
  )
}

/** A worktree whose directory was deleted by hand would hold its branch for ever; a locked one may come back. */
async function forgetVanishedHolder(repo: string, branch: string): Promise<void> {
  const holder = (await registrations(repo)).slice(1).find((other) => other.branch === branch)
  if (holder !== undefined && !holder.locked) await forgetVanished(repo, holder.path)
}

function inUse(error: unknown, branch: string): unknown {
  if (!(error instanceof GitError)) return error
  const holder = /already (?:checked out|used by worktree) at '([^\n]*)'/.exec(error.stderr)?.[1]
  if (holder === undefined) return error
  return new GitError(
    'BRANCH_IN_USE',
    `The branch "${branch}" is checked out at ${shown(holder)}; name another branch, or a base to start a new one.`,
  )
}

export async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  )
}
