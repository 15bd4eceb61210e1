import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useClient } from '../../data/signed-in.js'
import { type Asked, type Command, fitting } from './suggest.js'

export interface Suggestion {
  value: string
  about: string
}

/** What could stand in the place of what is being written: commands that are at hand, paths as the daemon finds them. */
export function useSuggestions(
  asked: Asked | null,
  commands: readonly Command[],
  worktree_id: string | null,
): Suggestion[] {
  const client = useClient()
  const wantsPath = asked?.kind === 'path' && worktree_id !== null
  const { data } = useQuery({
    queryKey: ['worktree-files', worktree_id, asked?.text],
    queryFn: () =>
      client
        .service('worktrees')
        .files({ id: worktree_id as string, text: (asked?.text ?? '').slice(0, 200) }),
    enabled: wantsPath,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    // Files elsewhere cannot be listed; a prompt is written without.
    retry: false,
    meta: { quiet: true },
  })
  if (asked?.kind === 'command')
    return fitting(commands, asked.text).map(({ name, description }) => ({ value: name, about: description }))
  return wantsPath ? (data?.paths ?? []).slice(0, 12).map((path) => ({ value: path, about: '' })) : []
}
