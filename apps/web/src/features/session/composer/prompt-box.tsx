import { Button, Group, Text, Textarea, Tooltip } from '@mantine/core'
import { IconPlayerTrackNext, IconSend } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { isExecuting, type Session, type Task } from '@yardmaster/protocol'
import { useRef } from 'react'
import { useMayIn } from '../../../data/ability.js'
import { useClient, useMe } from '../../../data/signed-in.js'
import { submitsOn } from '../../../ui/keys.js'
import { noLeave } from '../../../ui/words.js'
import classes from './composer.module.css'
import { newKey, useDraft } from './draft.js'
import { StopButton } from './stop-button.js'

/** Where one says what the agent shall do next: at once where it is free, else behind what runs, or in its place. */
export function PromptBox({ session, tasks }: { session: Session; tasks: readonly Task[] }) {
  const client = useClient()
  const me = useMe()
  const [text, setText] = useDraft(session.id)
  // The same for every try to send the same text: if the answer to one was lost, no second task is made.
  const key = useRef(newKey())
  const executing = tasks.find(({ status }) => isExecuting(status))
  const allowed = useMayIn(session.worktree_id)('prompt', 'sessions', { own: session.created_by === me.id })
  const send = useMutation({
    mutationFn: ({ prompt, now }: { prompt: string; now: boolean }) =>
      client.service('sessions').prompt({ id: session.id, prompt, idempotency_key: key.current, now }),
    onSuccess: (_task, { prompt }) => {
      key.current = newKey()
      // What was written on meanwhile is not sent yet.
      setText((now) => (now === prompt ? '' : now))
    },
  })
  const ready = allowed && text.trim() !== '' && !send.isPending
  const submit = () => ready && send.mutate({ prompt: text, now: false })

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Tooltip label={noLeave} disabled={allowed}>
        <Textarea
          aria-label="Prompt"
          placeholder={executing ? 'What to do after that' : 'What to do next'}
          autosize
          minRows={2}
          maxRows={12}
          maxLength={500_000}
          disabled={!allowed}
          value={text}
          onChange={(event) => {
            key.current = newKey()
            setText(event.currentTarget.value)
          }}
          onKeyDown={submitsOn(submit)}
        />
      </Tooltip>
      <Group gap="xs" mt={8} justify="end">
        <Text size="xs" c="dimmed" className={classes.hint} visibleFrom="xs">
          Ctrl+Enter {executing ? 'puts it into the queue' : 'sends it'}
        </Text>
        {executing && <StopButton session={session} task={executing} />}
        {executing && (
          <Tooltip label="Stops what runs, and goes first">
            <Button
              variant="default"
              leftSection={<IconPlayerTrackNext size={16} />}
              disabled={!ready}
              onClick={() => send.mutate({ prompt: text, now: true })}
            >
              Send now
            </Button>
          </Tooltip>
        )}
        <Button type="submit" leftSection={<IconSend size={16} />} disabled={!ready} loading={send.isPending}>
          {executing ? 'Queue' : 'Send'}
        </Button>
      </Group>
    </form>
  )
}
