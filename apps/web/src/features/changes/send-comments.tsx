import { Button, Group, Text, Tooltip } from '@mantine/core'
import { IconSend } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Session } from '@yardmaster/protocol'
import { useMemo } from 'react'
import { useClient } from '../../data/signed-in.js'
import { noLeave } from '../../ui/words.js'
import { newKey } from '../session/composer/draft.js'
import classes from './changes.module.css'
import { promptOf } from './comments.js'
import type { Comments } from './use-comments.js'

/** Sends all comments as the next prompt, and goes to where it is answered. */
export function SendComments({
  session,
  comments,
  allowed,
}: {
  session: Session
  comments: Comments
  allowed: boolean
}) {
  const client = useClient()
  const navigate = useNavigate()
  const prompt = promptOf(comments.all)
  // The same for every try to send the same text: if the answer to one was lost, no second task is made.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a key for each text
  const idempotency_key = useMemo(newKey, [prompt])
  const send = useMutation({
    mutationFn: () => client.service('sessions').prompt({ id: session.id, prompt, idempotency_key }),
    onSuccess: () => {
      comments.clear()
      return navigate({ to: '/sessions/$id', params: { id: session.id } })
    },
  })
  const count = comments.all.filter(({ text }) => text.trim() !== '').length
  if (comments.all.length === 0) return null
  return (
    <Group className={classes.send} justify="space-between">
      <Text size="sm" role="status">
        {count === 0 ? 'Write what the agent should do' : count === 1 ? '1 comment' : `${count} comments`}
      </Text>
      <Group gap="xs">
        <Button variant="default" onClick={comments.clear}>
          Take all away
        </Button>
        <Tooltip label={noLeave} disabled={allowed}>
          <Button
            leftSection={<IconSend size={16} />}
            disabled={!allowed || count === 0}
            loading={send.isPending}
            onClick={() => send.mutate()}
          >
            Send to the agent
          </Button>
        </Tooltip>
      </Group>
    </Group>
  )
}
