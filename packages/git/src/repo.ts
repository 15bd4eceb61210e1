import { realpath } from 'node:fs/promises'
import { isAbsolute, resolve } from 'node:path'
import { GitError } from './errors.js'
import { refExists } from './revisions.js'
import { git, gitOrNull, only } from './run.js'
import { shown } from './text.js'
import { registrations } from './worktree/registrations.js'

export interface Repo {
  /** Absolute: the top level of the main checkout, or a bare repository's directory. */
  path: string
  default_branch: string
  bare: boolean
}

/**
 * Finds the repository that a directory belongs to: a folder of a checkout leads to its top level, a
 * linked worktree to the main checkout. Who owns it does not matter.
 *
 * @throws GitError NOT_A_REPO
 */
export async function inspectRepo(path: string): Promise<Repo> {
  if (!isAbsolute(path) || path.includes('\0')) {
    throw new GitError('NOT_A_REPO', `"${shown(path)}" is no absolute path; give the whole path.`)
  }
  const asked = { cwd: path }
  const common = await git(['rev-parse', '--git-common-dir'], asked).catch((error) => {
    if (!(error instanceof GitError) || error.code === 'GIT_MISSING') throw error
    throw new GitError('NOT_A_REPO', `${shown(path)} is no git repository; give the path of one.`)
  })
  const commonDir = await realpath(resolve(path, common))
  const gitDir = await realpath(resolve(path, await git(['rev-parse', '--git-dir'], asked)))
  const [main] = await registrations(path)
  const bare = main?.bare ?? false
  // git lists the main checkout by the place of its git directory, which is elsewhere for a submodule or a
  // separate git directory: asked from inside the checkout, the top level is surer.
  const topLevel =
    bare || gitDir !== commonDir ? null : await gitOrNull(['rev-parse', '--show-toplevel'], asked)
  const top = bare ? commonDir : (topLevel ?? main?.path ?? commonDir)
  return { path: top, default_branch: await defaultBranch(top), bare }
}

/**
 * The branch that work starts from and goes back to: what `origin` calls its default; without one, a
 * bare repository's HEAD, or of a checkout `main`, `master`, else the branch checked out (which comes last
 * because it is whatever its user last worked on); else the first branch there is. An empty repository
 * answers with the branch its first commit will make.
 */
export async function defaultBranch(repo: string): Promise<string> {
  const asked = { cwd: repo, env: only(repo) }
  const remote = await gitOrNull(['symbolic-ref', '--quiet', 'refs/remotes/origin/HEAD'], asked)
  const head = await gitOrNull(['symbolic-ref', '--quiet', 'HEAD'], asked)
  const current = head?.replace(/^refs\/heads\//, '')
  const bare = (await gitOrNull(['rev-parse', '--is-bare-repository'], asked)) === 'true'
  const known = remote?.replace(/^refs\/remotes\/origin\//, '')
  if (known !== undefined && (await branchTip(repo, known)) !== null) return known
  for (const branch of bare ? [current, 'main', 'master'] : ['main', 'master', current]) {
    if (branch !== undefined && (await refExists(repo, `refs/heads/${branch}`))) return branch
  }
  const first = await git(['for-each-ref', '--count=1', '--format=%(refname)', 'refs/heads/'], asked)
  return first.replace(/^refs\/heads\//, '') || current || 'main'
}

/** The commit of a branch, local or else `origin`'s; null where neither has it. */
export async function branchTip(repo: string, branch: string): Promise<string | null> {
  for (const ref of [`refs/heads/${branch}`, `refs/remotes/origin/${branch}`]) {
    const asked = { cwd: repo, env: only(repo) }
    const sha = await gitOrNull(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`], asked)
    if (sha !== null) return sha
  }
  return null
}

/** @throws GitError REPO_GONE unless `repo` itself (not a directory above it) is a repository */
export async function requireRepo(repo: string): Promise<void> {
  const gone = () =>
    new GitError(
      'REPO_GONE',
      `There is no git repository at ${shown(repo)} any more; put it back or remove it here.`,
    )
  if (!isAbsolute(repo) || repo.includes('\0')) throw gone()
  await git(['rev-parse', '--git-dir'], { cwd: repo, env: only(repo) }).catch((error) => {
    throw error instanceof GitError && error.code !== 'GIT_MISSING' ? gone() : error
  })
}
