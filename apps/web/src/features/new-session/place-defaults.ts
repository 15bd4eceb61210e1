import { useAll } from '../../data/lists.js'
import { useMe } from '../../data/signed-in.js'
import type { Place } from './begin-session.js'

/**
 * Where a session begins if nothing is chosen: the worktree that the address names, else a new one in the repo of the
 * newest worktree of mine, else in the first repo. With no repo at all, one is added.
 */
export function usePlaceDefaults(worktree_id: string | undefined): { place: Place } {
  const { id: me } = useMe()
  const { data: worktrees = [] } = useAll('worktrees')
  const { data: repos = [] } = useAll('repos')
  const named = worktrees.find(({ id }) => id === worktree_id)
  if (named) return { place: { kind: 'existing', worktree_id: named.id } }
  const mine = worktrees.filter(({ created_by }) => created_by === me).sort((a, b) => (a.id < b.id ? 1 : -1))
  const repo = repos.find(({ id }) => id === mine[0]?.repo_id) ?? repos[0]
  if (!repo) return { place: { kind: 'repo', path: '' } }
  return { place: { kind: 'new', repo_id: repo.id, name: '' } }
}
