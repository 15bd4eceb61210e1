import { useQuery } from '@tanstack/react-query'
import { type Ability, abilityFor, type Facts, may, noFacts } from '@yardmaster/policy'
import { type Level, rank } from '@yardmaster/protocol'
import { useClient, useMe } from './signed-in.js'

/** My level on a worktree, as the daemon decides it; undefined until it is known. */
export function useLevel(worktree_id: string | undefined): Level | undefined {
  const client = useClient()
  const { id: user_id } = useMe()
  const { data } = useQuery({
    queryKey: ['worktrees', 'access', worktree_id, user_id],
    queryFn: () => client.service('worktrees').access({ id: worktree_id as string, user_id }),
    enabled: worktree_id !== undefined,
    staleTime: 60_000,
  })
  return data?.people[0]?.level
}

export type MayI = (method: string, resource: string, about?: Partial<Facts>, field?: string) => boolean

/** The policy that the daemon decides by, asked for me: what it refuses is shown in grey. */
export function useAbility(): Ability {
  return abilityFor('user', useMe().role)
}

/** The same about the rows of one worktree. Until my level there is known, nothing is allowed. */
export function useMayIn(worktree_id: string | undefined): MayI {
  const ability = useAbility()
  const level = useLevel(worktree_id)
  return (method, resource, about, field) =>
    level !== undefined && may(ability, method, resource, { ...noFacts, rank: rank(level), ...about }, field)
}

/** The same about a row that I know my level on, or that takes none. */
export function useMay(): (method: string, resource: string, facts?: Partial<Facts>) => boolean {
  const ability = useAbility()
  return (method, resource, facts) => may(ability, method, resource, { ...noFacts, ...facts })
}
