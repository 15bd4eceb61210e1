import { Button, Group, Text, Tooltip } from '@mantine/core'
import { IconPlayerTrackNext, IconSend } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { isExecuting, type Session, type Task } from '@yardmaster/protocol'
import { useRef } from 'react'
import { useMayIn } from '../../../data/ability.js'
import { useClient, useMe, useSignedIn } from '../../../data/signed-in.js'
import { noLeave } from '../../../ui/words.js'
import { AttachButton } from '../../attachments/attach-button.js'
import { upload, useChosenFiles } from '../../attachments/chosen.js'
import { ChosenList } from '../../attachments/chosen-list.js'
import { takesFiles } from '../../attachments/take-files.js'
import { PromptField } from '../../prompt/prompt-field.js'
import { commandsIn } from '../../prompt/suggest.js'
import classes from './composer.module.css'
import { newKey, useDraft } from './draft.js'
import { StopButton } from './stop-button.js'

/** Where one says what the agent shall do next: at once where it is free, else behind what runs, or in its place. */
export function PromptBox({ session, tasks }: { session: Session; tasks: readonly Task[] }) {
  const client = useClient()
  const me = useMe()
  const { token } = useSignedIn()
  const chosen = useChosenFiles()
  const [text, setText] = useDraft(session.id)
  // The same for every try to send the same text: if the answer to one was lost, no second task is made.
  const key = useRef(newKey())
  const executing = tasks.find(({ status }) => isExecuting(status))
  const allowed = useMayIn(session.worktree_id)('prompt', 'sessions', { own: session.created_by === me.id })
  const send = useMutation({
    mutationFn: async ({ prompt, now }: { prompt: string; now: boolean }) => {
      const attachments = await upload(token, session.id, chosen.files)
      return client
        .service('sessions')
        .prompt({ id: session.id, prompt, idempotency_key: key.current, now, attachments })
    },
    onSuccess: (_task, { prompt }) => {
      key.current = newKey()
      chosen.clear()
      // What was written on meanwhile is not sent yet.
      setText((now) => (now === prompt ? '' : now))
    },
  })
  const ready = allowed && text.trim() !== '' && !send.isPending
  const submit = () => ready && send.mutate({ prompt: text, now: false })

  return (
    <form
      {...(allowed ? takesFiles(chosen) : {})}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Tooltip label={noLeave} disabled={allowed}>
        <div>
          <PromptField
            placeholder={executing ? 'What to do after that' : 'What to do next'}
            minRows={2}
            maxRows={12}
            disabled={!allowed}
            value={text}
            change={(next) => {
              key.current = newKey()
              setText(next)
            }}
            submit={submit}
            commands={commandsIn(session.commands)}
            worktree_id={session.worktree_id}
          />
        </div>
      </Tooltip>
      <ChosenList chosen={chosen} />
      <Group gap="xs" mt={8} justify="end">
        <AttachButton chosen={chosen} disabled={!allowed} />
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
