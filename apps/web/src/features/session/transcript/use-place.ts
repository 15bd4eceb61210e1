import { useInfiniteQuery } from '@tanstack/react-query'
import type { Message, Task } from '@yardmaster/protocol'
import { useClient } from '../../../data/signed-in.js'

const page = 60

/** Messages around some place of a session, and the tasks they belong to. */
interface Part {
  messages: Message[]
  tasks: Task[]
}

type Way = { before: number } | { from: number } | { around: number }

/**
 * The transcript around a message, read from the daemon in pages both ways. However long a session is, what is far from its
 * end is so reached without what lies between.
 */
export function usePlace(session_id: string, seq: number) {
  const client = useClient()
  const read = async (query: object): Promise<Message[]> =>
    (await client.service('messages').find({ query: { session_id, $limit: page, $total: false, ...query } }))
      .data
  const before = async (end: number) => (await read({ seq: { $lt: end }, $sort: { seq: -1 } })).reverse()
  const from = (start: number) => read({ seq: { $gte: start }, $sort: { seq: 1 } })
  return useInfiniteQuery({
    queryKey: ['place', session_id, seq],
    initialPageParam: { around: seq } as Way,
    queryFn: async ({ pageParam: way }): Promise<Part> => {
      const messages =
        'around' in way
          ? (await Promise.all([before(way.around), from(way.around)])).flat()
          : 'before' in way
            ? await before(way.before)
            : await from(way.from)
      const ids = [...new Set(messages.flatMap(({ task_id }) => task_id ?? []))]
      const query = { session_id, id: { $in: ids }, $limit: 200, $total: false }
      const tasks = ids.length > 0 ? (await client.service('tasks').find({ query })).data : []
      return { messages, tasks }
    },
    getPreviousPageParam: ({ messages: [first] }): Way | undefined =>
      first && first.seq > 1 ? { before: first.seq } : undefined,
    getNextPageParam: ({ messages }): Way | undefined => {
      const last = messages.at(-1)
      return last ? { from: last.seq + 1 } : undefined
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
}
