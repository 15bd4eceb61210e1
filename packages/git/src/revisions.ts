import { GitError } from './errors.js'
import { isRevisionLike } from './names.js'
import { gitOrNull, only } from './run.js'
import { shown } from './text.js'

function parse(cwd: string, name: string, kind: 'commit' | 'tree'): Promise<string | null> {
  return gitOrNull(['rev-parse', '--verify', '--quiet', `${name}^{${kind}}`], { cwd, env: only(cwd) })
}

/**
 * The commit that a user's words name: a branch first, then anything git understands, then a branch of
 * `origin`. (git's own order lets a tag hide the branch of the same name.) Null if there is none.
 */
export async function findCommit(cwd: string, name: string): Promise<string | null> {
  if (!isRevisionLike(name)) return null
  for (const candidate of [`refs/heads/${name}`, name, `refs/remotes/origin/${name}`]) {
    const sha = await parse(cwd, candidate, 'commit')
    if (sha !== null) return sha
  }
  return null
}

/**
 * The sha of a commit or, for a tree that has none, of the tree.
 *
 * @throws GitError BASE_NOT_FOUND
 */
export async function resolve(cwd: string, name: string): Promise<string> {
  const commit = await findCommit(cwd, name)
  if (commit !== null) return commit
  const tree = isRevisionLike(name) ? await parse(cwd, name, 'tree') : null
  if (tree !== null) return tree
  throw baseNotFound(name)
}

export function baseNotFound(name: string): GitError {
  return new GitError(
    'BASE_NOT_FOUND',
    `"${shown(name)}" names no commit of this repository; name a branch, a tag or a commit that it has.`,
  )
}

export async function refExists(cwd: string, ref: string): Promise<boolean> {
  return (await gitOrNull(['show-ref', '--verify', '--quiet', ref], { cwd, env: only(cwd) })) !== null
}

/**
 * Where the checked-out branch of `cwd` left `branch` (or `origin`'s, where there is no local one).
 *
 * @throws GitError BASE_NOT_FOUND if there is no such branch, or the two share no commit
 */
export async function mergeBase({ cwd, branch }: { cwd: string; branch: string }): Promise<string> {
  const target = await findCommit(cwd, branch)
  if (target === null) throw baseNotFound(branch)
  const base = await gitOrNull(['merge-base', 'HEAD', target], { cwd, env: only(cwd) })
  if (base === null) {
    throw new GitError('BASE_NOT_FOUND', `The checked-out branch and "${shown(branch)}" share no commit.`)
  }
  return base
}
