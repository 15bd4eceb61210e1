import { type Level, type Role, rank } from '@yardmaster/protocol'

/** All that decides what a user may do in a worktree. */
export interface Standing {
  role: Role
  disabled: boolean
  others_can: Level
  /** The levels of every grant that reaches the user: their own and their teams', on the worktree or on its repo. */
  grants: readonly Level[]
}

/** The same for a repo itself, which has no `others_can`. */
export interface RepoStanding extends Omit<Standing, 'others_can'> {
  /** Whether the user may view a worktree of it. */
  sees_a_worktree: boolean
}

const highest = (levels: readonly Level[]): Level =>
  levels.reduce((high, level) => (rank(level) > rank(high) ? level : high), 'none')

/** What a role gives everywhere, and where it ends: an admin views at least, a viewer at most. */
const given = (role: Role): Level => (role === 'admin' ? 'view' : 'none')
const capped = (role: Role, level: Level): Level => (role === 'viewer' && level !== 'none' ? 'view' : level)

/**
 * A user's level on a worktree: the rule that the database has as `level_of`, in words that a browser can run. A test
 * holds the two against each other; what is decided, is decided by the database.
 */
export function levelOf({ role, disabled, others_can, grants }: Standing): Level {
  if (disabled) return 'none'
  return capped(role, highest([given(role), others_can, ...grants]))
}

/** The same for a repo: what was granted on it, and view where one of its worktrees can be seen (`repo_level`). */
export function repoLevelOf({ role, disabled, sees_a_worktree, grants }: RepoStanding): Level {
  if (disabled) return 'none'
  return capped(role, highest([given(role), sees_a_worktree ? 'view' : 'none', ...grants]))
}
