import { Alert, Button, Group, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Session } from '@yardmaster/protocol'
import { useMayIn } from '../../../data/ability.js'
import { useClient, useMe } from '../../../data/signed-in.js'

/** When the agent lost the conversation: what that means, and the way on. */
export function LostConversation({ session }: { session: Session }) {
  const client = useClient()
  const cache = useQueryClient()
  const me = useMe()
  const failed = session.last_ending === 'failed' && session.executing_task_id === null
  const key = ['sessions', 'info', session.id]
  const { data: info } = useQuery({
    queryKey: key,
    queryFn: () => client.service('sessions').info({ id: session.id }),
    enabled: failed,
  })
  const fix = useMutation({
    mutationFn: () => client.service('sessions')['fix-sessions']({ id: session.id }),
    onSuccess: () => cache.invalidateQueries({ queryKey: key }),
  })
  const allowed = useMayIn(session.worktree_id)('fix-sessions', 'sessions', {
    own: session.created_by === me.id,
  })
  if (!failed || !info?.has_session_error) return null
  return (
    <Alert color="red" title="The agent lost this conversation">
      <Group justify="space-between">
        <Text size="sm">
          It could not be taken up again. Give it up, and the next prompt begins a new one; the worktree stays
          as it is.
        </Text>
        <Button variant="default" disabled={!allowed} loading={fix.isPending} onClick={() => fix.mutate()}>
          Give it up
        </Button>
      </Group>
    </Alert>
  )
}
