import { useQuery } from '@tanstack/react-query'
import type { Seen, Session } from '@yardmaster/protocol'
import { useMemo } from 'react'
import { mostRows } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'

/** How far I have looked into these sessions, by their ids; those I have never looked into are missing. */
export function useSeen(sessions: readonly Pick<Session, 'id'>[]): ReadonlyMap<string, number> {
  const client = useClient()
  const ids = useMemo(() => sessions.map(({ id }) => id).sort(), [sessions])
  const { data } = useQuery({
    queryKey: ['session-views', ids],
    queryFn: async (): Promise<Seen[]> => {
      const pages = await Promise.all(
        chunks(ids).map((some) =>
          client
            .service('session-views')
            .find({ query: { session_id: { $in: some }, $limit: mostRows, $total: false } }),
        ),
      )
      return pages.flatMap((page) => page.data)
    },
    enabled: ids.length > 0,
    // The list grew by a row: what was known of the others still holds.
    placeholderData: (before) => before,
  })
  return useMemo(() => new Map(data?.map(({ session_id, seen_seq }) => [session_id, seen_seq])), [data])
}

function chunks<T>(items: readonly T[]): T[][] {
  const some = items.slice(0, mostRows)
  return some.length === 0 ? [] : [some, ...chunks(items.slice(mostRows))]
}
