import { tmpdir } from 'node:os'
import { isAbsolute } from 'node:path'
import { GitError } from './errors.js'
import { gitOrNull } from './run.js'
import { hasControl, shown } from './text.js'

const WORKTREE_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i

/**
 * The directory name of a worktree: letters, digits, dot, dash, underscore, 63 at most, beginning with a
 * letter or digit, without `..`, a final dot or `.lock` (git refuses such refs, and Windows such folders).
 *
 * @throws GitError BAD_WORKTREE_NAME
 */
export function validateName(name: string): void {
  if (!WORKTREE_NAME.test(name) || name.includes('..') || /(\.|\.lock)$/i.test(name)) {
    throw new GitError(
      'BAD_WORKTREE_NAME',
      'Use letters, digits, dot, dash and underscore for a worktree name, 63 at most, beginning with a letter or digit.',
    )
  }
}

/** @throws GitError BAD_BRANCH_NAME */
export async function checkBranchName(branch: string): Promise<void> {
  const plain = !hasControl(branch) && !/^(-|@|refs\/)/.test(branch)
  // Outside every repository, where `@{-1}` and the like have nothing to expand to.
  const accepted = plain && (await gitOrNull(['check-ref-format', '--branch', branch], { cwd: tmpdir() }))
  if (accepted !== branch) {
    throw new GitError('BAD_BRANCH_NAME', `"${shown(branch)}" is no valid branch name; choose another.`)
  }
}

/**
 * Whether a text that a user gave may stand where git expects a revision: nothing git would take for an
 * option, and nothing that cannot be an argument.
 */
export function isRevisionLike(name: string): boolean {
  return name !== '' && !name.startsWith('-') && !hasControl(name)
}

/** Everything hidden lives below; other refs are the user's, and this package never writes them so. */
const HIDDEN = /^refs\/yardmaster\/[a-z0-9][a-z0-9._/-]*$/i

/** @throws GitError GIT_FAILED for a ref outside `refs/yardmaster/` */
export function checkHiddenRef(ref: string): void {
  if (!HIDDEN.test(ref)) {
    throw new GitError('GIT_FAILED', `"${shown(ref)}" is no hidden ref; it must begin with refs/yardmaster/.`)
  }
}

/** @throws GitError GIT_FAILED for a relative path */
export function checkAbsolute(path: string): void {
  if (!isAbsolute(path) || path.includes('\0') || path.includes('\n')) {
    throw new GitError('GIT_FAILED', `"${shown(path)}" is no absolute path; give the whole path.`)
  }
}
