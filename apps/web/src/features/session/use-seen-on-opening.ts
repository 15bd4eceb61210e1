import { useQuery } from '@tanstack/react-query'
import { useClient } from '../../data/signed-in.js'

/** How far I had looked into the session when its page was opened; null: not at all, or it is not known yet. */
export function useSeenOnOpening(session_id: string): number | null {
  const client = useClient()
  const { data } = useQuery({
    // Not under the key of the lists: what is seen now moves those on, and this stays.
    queryKey: ['seen-on-opening', session_id],
    queryFn: async () => {
      const { data } = await client.service('session-views').find({ query: { session_id, $total: false } })
      return data[0]?.seen_seq ?? null
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  return data ?? null
}
