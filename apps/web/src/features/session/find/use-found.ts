import { useInfiniteQuery } from '@tanstack/react-query'
import type { Message } from '@yardmaster/protocol'
import { useClient } from '../../../data/signed-in.js'

/** As many as are looked for before somebody wants more. */
export const foundAtOnce = 50

export type Found = Pick<Message, 'id' | 'seq' | 'type' | 'preview' | 'created_at'>

interface Part {
  found: Found[]
  /** `seq` below which it goes on; null at the end. */
  next: number | null
}

/**
 * The messages of a session that hold a text, the newest first; without one, its prompts. With a text a part is what was
 * found in a slice of the session, which may be nothing.
 */
export function useFound(session_id: string, text: string) {
  const client = useClient()
  return useInfiniteQuery({
    queryKey: ['found', session_id, text],
    initialPageParam: null as number | null,
    queryFn: async ({ pageParam }): Promise<Part> => {
      const { data, searched_to } = await client.service('messages').find({
        query: {
          session_id,
          ...(text ? { text } : { type: 'prompt' }),
          ...(pageParam === null ? {} : { seq: { $lt: pageParam } }),
          $sort: { seq: -1 },
          $limit: foundAtOnce,
          $total: false,
          $select: ['seq', 'type', 'preview', 'created_at'],
        },
      })
      const next = data.length < foundAtOnce ? null : (data.at(-1)?.seq ?? null)
      return { found: data, next: searched_to === undefined ? next : searched_to }
    },
    getNextPageParam: ({ next }) => next,
    // Read again it would be, slice by slice, as far as it was read.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    meta: { quiet: true },
  })
}
