import type { Grant, Worktree } from '@yardmaster/protocol'

/** Which grants are shown, as it stands in the address; each is an id. */
export interface GrantsSearch {
  holder?: string
  repo?: string
  worktree?: string
}

/** Reads it from an address that anybody may have written. */
export function grantsSearch(search: Record<string, unknown>): GrantsSearch {
  const read: GrantsSearch = {}
  for (const name of ['holder', 'repo', 'worktree'] as const) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  return read
}

/**
 * Those that fit, the newest first. Of a repository are also those on its worktrees; on a worktree are also those that it has
 * from its repository, since they hold there.
 */
export function grantsThatFit(
  grants: readonly Grant[],
  { holder, repo, worktree }: GrantsSearch,
  worktrees: ReadonlyMap<string, Pick<Worktree, 'repo_id'>>,
): Grant[] {
  const repoOf = (id: string | null) => worktrees.get(id ?? '')?.repo_id
  return grants
    .filter(
      (grant) =>
        (!holder || grant.user_id === holder || grant.team_id === holder) &&
        (!repo || grant.repo_id === repo || repoOf(grant.worktree_id) === repo) &&
        (!worktree ||
          grant.worktree_id === worktree ||
          (grant.repo_id !== null && grant.repo_id === repoOf(worktree))),
    )
    .reverse()
}
