import { useInfiniteQuery } from '@tanstack/react-query'
import type { Message } from '@yardmaster/protocol'
import { useClient } from '../../../data/signed-in.js'

const page = 50

export type Found = Pick<Message, 'id' | 'seq' | 'type' | 'preview' | 'created_at'>

/** The messages of a session that hold a text, the newest first; without one, its prompts. */
export function useFound(session_id: string, text: string) {
  const client = useClient()
  return useInfiniteQuery({
    queryKey: ['found', session_id, text],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam }): Promise<Found[]> => {
      const { data } = await client.service('messages').find({
        query: {
          session_id,
          ...(text ? { text } : { type: 'prompt' }),
          ...(pageParam === null ? {} : { seq: { $lt: pageParam } }),
          $sort: { seq: -1 },
          $limit: page,
          $total: false,
          $select: ['seq', 'type', 'preview', 'created_at'],
        },
      })
      return data
    },
    getNextPageParam: (last) => (last.length < page ? undefined : last.at(-1)?.seq),
    meta: { quiet: true },
  })
}
