import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { type RefObject, useState } from 'react'
import { useClient } from '../../../data/signed-in.js'
import { type By, promptBeside, seqAtEdge } from './beside.js'
import type { Reader } from './reader.js'

/**
 * Goes from prompt to prompt: within what is on the page, else to where the daemon says that the next one is. However far
 * apart two prompts are, what lies between them is not read.
 */
export function usePromptSteps(session_id: string, reader: RefObject<Reader | null>) {
  const client = useClient()
  const navigate = useNavigate()
  const [said, say] = useState('')
  const beyond = async (seq: number, by: By) => {
    const { data } = await client.service('messages').find({
      query: {
        session_id,
        type: 'prompt',
        seq: by === 1 ? { $gt: seq } : { $lt: seq },
        $sort: { seq: by },
        $limit: 1,
        $total: false,
        $select: ['seq', 'preview'],
      },
    })
    return data[0]
  }
  const { mutate, isPending } = useMutation({
    mutationFn: async (by: By) => {
      const here = reader.current
      const edge = here ? seqAtEdge(here.rows, by) : undefined
      if (!here || edge === undefined) return
      const index = promptBeside(here.rows, here.at(), by)
      if (index >= 0) {
        const row = here.rows[index]
        here.show(index)
        return say(row?.kind === 'message' ? row.message.preview : '')
      }
      const found = by === 1 && here.ends ? undefined : await beyond(edge, by)
      if (found) {
        say(found.preview)
        return navigate({ to: '/sessions/$id', params: { id: session_id }, search: { message: found.seq } })
      }
      say(by === 1 ? 'The end' : 'No prompt before this one')
      if (by === 1) here.toEnd()
    },
  })
  return { said, go: (by: By) => isPending || mutate(by) }
}
