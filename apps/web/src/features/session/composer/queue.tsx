import { ActionIcon, Button, Group, Text, Textarea } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconPencil, IconX } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Session, Task } from '@yardmaster/protocol'
import { useState } from 'react'
import { useMayIn } from '../../../data/ability.js'
import { useClient, useMe } from '../../../data/signed-in.js'
import { submitsOn } from '../../../ui/keys.js'
import { taskWords } from '../../../ui/words.js'
import classes from './composer.module.css'
import { inQueue, movedTo } from './queue-order.js'

/** The prompts that wait: in what order, and whether they wait for a person. */
export function Queue({ session, tasks }: { session: Session; tasks: readonly Task[] }) {
  const client = useClient()
  const me = useMe()
  const allowed = useMayIn(session.worktree_id)('continue', 'sessions', { own: session.created_by === me.id })
  const queue = inQueue(tasks)
  const goOn = useMutation({ mutationFn: () => client.service('sessions').continue({ id: session.id }) })
  if (queue.length === 0) return null
  const held = session.held_by_task_id !== null
  const holder = tasks.find(({ id }) => id === session.held_by_task_id)
  return (
    <section aria-label="Queue">
      <Group justify="space-between" mb={4}>
        <Text size="xs" c="dimmed">
          {queue.length} waiting
          {held ? `, held since a prompt ${taskWords[holder?.status ?? 'failed']}` : ''}
        </Text>
        {held && (
          <Button
            size="compact-xs"
            color="grape"
            disabled={!allowed}
            loading={goOn.isPending}
            onClick={() => goOn.mutate()}
          >
            Continue
          </Button>
        )}
      </Group>
      <ol className={classes.queue}>
        {queue.map((task, place) => (
          <Queued
            key={task.id}
            task={task}
            allowed={allowed}
            up={movedTo(queue, place, -1)}
            down={movedTo(queue, place, 1)}
          />
        ))}
      </ol>
    </section>
  )
}

interface QueuedProps {
  task: Task
  allowed: boolean
  up: number | null
  down: number | null
}

function Queued({ task, allowed, up, down }: QueuedProps) {
  const client = useClient()
  const [edited, setEdited] = useState<string | null>(null)
  const change = useMutation({
    mutationFn: (some: { prompt?: string; position?: number }) =>
      client.service('tasks').patch(task.id, some),
    onSuccess: () => setEdited(null),
  })
  const cancel = useMutation({
    mutationFn: () => client.service('sessions').stop({ id: task.session_id, task_id: task.id }),
  })
  const move = (label: string, position: number | null, Icon: typeof IconArrowUp) => (
    <ActionIcon
      aria-label={label}
      disabled={!allowed || position === null || change.isPending}
      onClick={() => position !== null && change.mutate({ position })}
    >
      <Icon size={14} />
    </ActionIcon>
  )
  if (edited !== null)
    return (
      <li className={classes.queued}>
        <Textarea
          aria-label="Queued prompt"
          flex={1}
          autosize
          maxRows={8}
          value={edited}
          onChange={(event) => setEdited(event.currentTarget.value)}
          onKeyDown={submitsOn(() => change.mutate({ prompt: edited }))}
        />
        <Button
          disabled={!edited.trim()}
          loading={change.isPending}
          onClick={() => change.mutate({ prompt: edited })}
        >
          Save
        </Button>
        <Button variant="default" onClick={() => setEdited(null)}>
          Cancel
        </Button>
      </li>
    )
  return (
    <li className={classes.queued}>
      <span className={classes.queuedText}>{task.prompt}</span>
      {task.attachments.length > 0 && (
        <Text span size="xs" c="dimmed">
          {task.attachments.length === 1 ? '1 file' : `${task.attachments.length} files`}
        </Text>
      )}
      {move('Move up', up, IconArrowUp)}
      {move('Move down', down, IconArrowDown)}
      {/* What an agent was given before, and waits again, keeps its text. */}
      <ActionIcon
        aria-label="Edit"
        disabled={!allowed || task.attempt > 0}
        onClick={() => setEdited(task.prompt)}
      >
        <IconPencil size={14} />
      </ActionIcon>
      <ActionIcon
        aria-label="Take out of the queue"
        disabled={!allowed || cancel.isPending}
        onClick={() => cancel.mutate()}
      >
        <IconX size={14} />
      </ActionIcon>
    </li>
  )
}
