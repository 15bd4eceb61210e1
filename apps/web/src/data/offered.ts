import { useQuery } from '@tanstack/react-query'
import { useClient } from './signed-in.js'

/**
 * What an agent offered in the newest sessions with it that I may see: an agent tells only once a conversation is
 * open, so before the first one nothing is known.
 */
export function useOffered(harness: string | null): { offered: unknown; commands: unknown } {
  const client = useClient()
  const { data } = useQuery({
    queryKey: ['sessions', 'offered', harness],
    queryFn: async () => {
      const query = {
        harness,
        $sort: { id: -1 },
        $limit: 10,
        $select: ['offered', 'commands'],
        $total: false,
      }
      const { data } = await client.service('sessions').find({ query })
      return {
        offered: data.find(({ offered }) => offered !== null)?.offered ?? null,
        commands: data.find(({ commands }) => commands !== null)?.commands ?? null,
      }
    },
    enabled: harness !== null,
  })
  return data ?? { offered: null, commands: null }
}
