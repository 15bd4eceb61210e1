import { useQuery } from '@tanstack/react-query'
import type { Message } from '@yardmaster/protocol'
import { useClient } from '../../../data/signed-in.js'

/** Milliseconds between two looks at a tool call that is at work; its executor stores it once a second. */
const often = 1_000

/**
 * A tool call as it is stored now. What grows in it is no event of the log and no live text, so that as long as it is at work
 * and on the screen it is looked up.
 */
export function useGrowing(message: Message): Message {
  const client = useClient()
  const growing = message.status === 'streaming'
  const { data } = useQuery({
    queryKey: ['messages', message.id],
    queryFn: () => client.service('messages').get(message.id),
    enabled: growing,
    refetchInterval: often,
    gcTime: 0,
  })
  return growing && data ? data : message
}
