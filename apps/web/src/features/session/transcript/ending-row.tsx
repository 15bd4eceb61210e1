import { Badge, Button, Group, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Session, Task } from '@yardmaster/protocol'
import { useMayIn } from '../../../data/ability.js'
import { useClient, useMe } from '../../../data/signed-in.js'
import { taskColours } from '../../../ui/colours.js'
import { lasted } from '../../../ui/time.js'
import { taskWords } from '../../../ui/words.js'
import classes from './transcript.module.css'

/** How a task ended; where it ended badly, why, and what can be done about it. */
export function EndingRow({ task, session }: { task: Task; session: Session }) {
  const { status, started_at, completed_at, error, git_state, prompt } = task
  const attachments = task.attachments.map(({ id }) => id)
  const client = useClient()
  const me = useMe()
  const allowed = useMayIn(session.worktree_id)('prompt', 'sessions', { own: session.created_by === me.id })
  const again = useMutation({
    mutationFn: (fresh: boolean) =>
      client.service('sessions').prompt({ id: session.id, prompt, fresh, attachments }),
  })
  const took = started_at && completed_at ? Date.parse(completed_at) - Date.parse(started_at) : null
  const files = git_state?.files.length ?? 0
  const badly = status === 'failed' || status === 'timed_out'
  return (
    <div className={classes.ending}>
      <Badge color={taskColours[status]}>{taskWords[status]}</Badge>
      <Text span size="xs" c="dimmed">
        {took === null ? '' : `in ${lasted(took)}`}
        {files > 0 ? ` · ${files} ${files === 1 ? 'file' : 'files'} changed` : ''}
      </Text>
      {error && (
        <Text size="sm" className={classes.endingError}>
          {error.message}
        </Text>
      )}
      {badly && session.archived_at === null && (
        <Group gap="xs">
          <Button
            size="compact-xs"
            variant="default"
            disabled={!allowed || again.isPending}
            onClick={() => again.mutate(false)}
          >
            Try again
          </Button>
          <Button
            size="compact-xs"
            variant="default"
            disabled={!allowed || again.isPending}
            onClick={() => again.mutate(true)}
          >
            Try again with a new conversation
          </Button>
        </Group>
      )}
    </div>
  )
}
