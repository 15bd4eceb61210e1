import { lstat, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { checkAbsolute } from '../names.js'
import { requireRepo } from '../repo.js'
import { git, gitOrNull, only } from '../run.js'
import { registrationAt } from './registrations.js'

/**
 * Whether `path` is a linked worktree of `repo`, seen from both sides: the repository has it on record,
 * and the directory leads to this repository (a copy, a link or a directory put in its place does not).
 *
 * @throws GitError REPO_GONE
 */
export async function worktreeExists({ repo, path }: { repo: string; path: string }): Promise<boolean> {
  checkAbsolute(path)
  await requireRepo(repo)
  const place = await lstat(path).catch(() => null)
  if (!place?.isDirectory() || (await registrationAt(repo, path)) === null) return false
  const asked = ['rev-parse', '--git-common-dir']
  const seen = await gitOrNull(asked, { cwd: path, env: only(path) })
  if (seen === null) return false
  const known = await git(asked, { cwd: repo, env: only(repo) })
  return (await realpath(resolve(path, seen))) === (await realpath(resolve(repo, known)))
}
