import { Badge } from '@mantine/core'
import type { Session } from '@yardmaster/protocol'
import { statusColours, taskColours } from '../../ui/colours.js'
import { statusWords, taskWords } from '../../ui/words.js'

/** What a session does now; when it does nothing, how its last task ended. */
export function StatusBadge({
  session,
}: {
  session: Pick<Session, 'status' | 'last_ending' | 'held_by_task_id'>
}) {
  const { status, last_ending, held_by_task_id } = session
  if (status === 'queued' && held_by_task_id !== null) return <Badge color="grape">held</Badge>
  if (status === 'idle' && last_ending)
    return <Badge color={taskColours[last_ending]}>{taskWords[last_ending]}</Badge>
  return <Badge color={statusColours[status]}>{statusWords[status]}</Badge>
}
