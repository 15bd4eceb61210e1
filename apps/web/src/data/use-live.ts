import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useAll } from './lists.js'
import { followLists, listenTo } from './live.js'
import { useClient } from './signed-in.js'

/** For the shell: as long as it stands, lists follow what happens in every worktree that can be seen. */
export function useLiveLists(): void {
  const client = useClient()
  const cache = useQueryClient()
  useEffect(() => followLists(client, cache), [client, cache])

  const { data: worktrees } = useAll('worktrees')
  const ids = worktrees
    ?.filter(({ archived_at }) => archived_at === null)
    .map(({ id }) => id)
    .sort()
    .join(' ')
  useEffect(() => (ids ? listenTo(client, ids.split(' ')) : undefined), [client, ids])
}
