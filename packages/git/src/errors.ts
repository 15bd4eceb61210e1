export type GitErrorCode =
  | 'NOT_A_REPO'
  | 'URL_NOT_ALLOWED'
  | 'CLONE_FAILED'
  | 'REPO_GONE'
  | 'BAD_BRANCH_NAME'
  | 'BRANCH_EXISTS'
  | 'BRANCH_IN_USE'
  | 'BASE_NOT_FOUND'
  | 'WORKTREE_EXISTS'
  | 'WORKTREE_GONE'
  | 'BAD_WORKTREE_NAME'
  | 'EMPTY_REPO'
  | 'GIT_MISSING'
  | 'GIT_FAILED'

/** What git itself said, for the parts of this package that read it; never part of `message` as a whole. */
interface Said {
  exit: number | null
  stderr: string
}

/**
 * Every failure of this package. `message` is one sentence for a user and says what to do; it holds at
 * most the first telling line of git's own words, with credentials in urls blanked.
 */
export class GitError extends Error {
  override readonly name = 'GitError'
  readonly code: GitErrorCode
  readonly exit: number | null
  readonly stderr: string

  constructor(code: GitErrorCode, message: string, said: Said = { exit: null, stderr: '' }) {
    super(message)
    this.code = code
    this.exit = said.exit
    this.stderr = said.stderr
  }
}
