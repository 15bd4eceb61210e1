import { Button } from '@mantine/core'
import { IconPlayerStop } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Session, Task } from '@yardmaster/protocol'
import { useMayIn } from '../../../data/ability.js'
import { useClient, useMe } from '../../../data/signed-in.js'

/** Stops what runs, and says how far that has come: asked, stopping, and gone with the last process. */
export function StopButton({ session, task }: { session: Session; task: Task }) {
  const client = useClient()
  const me = useMe()
  const allowed = useMayIn(session.worktree_id)('stop', 'sessions', { own: session.created_by === me.id })
  const stop = useMutation({
    mutationFn: () => client.service('sessions').stop({ id: session.id, task_id: task.id }),
  })
  const stopping = task.status === 'stopping'
  return (
    <Button
      color="red"
      variant="light"
      leftSection={<IconPlayerStop size={16} />}
      disabled={!allowed || stopping || stop.isPending}
      onClick={() => stop.mutate()}
    >
      {stopping ? 'Stopping: its processes are being ended' : stop.isPending ? 'Asking to stop' : 'Stop'}
    </Button>
  )
}
