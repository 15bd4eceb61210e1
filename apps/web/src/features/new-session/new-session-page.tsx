import { Button, Collapse, Group, Stack, Text, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useAll } from '../../data/lists.js'
import { useOffered } from '../../data/offered.js'
import { useClient, useSignedIn } from '../../data/signed-in.js'
import { Page } from '../../ui/page.js'
import { Trouble } from '../../ui/trouble.js'
import { AttachButton } from '../attachments/attach-button.js'
import { upload, useChosenFiles } from '../attachments/chosen.js'
import { ChosenList } from '../attachments/chosen-list.js'
import { takesFiles } from '../attachments/take-files.js'
import { PromptField } from '../prompt/prompt-field.js'
import { commandsIn } from '../prompt/suggest.js'
import { type Begun, beginSession, type Draft, discard } from './begin-session.js'
import { HarnessChoice } from './harness-choice.js'
import { MoreChoices } from './more-choices.js'
import classes from './new-session.module.css'
import { PlaceChoice } from './place-choice.js'
import { usePlaceDefaults } from './place-defaults.js'

/** A session in three choices: where, with which agent, and what it shall do. */
export function NewSessionPage() {
  const { worktree } = useSearch({ from: '/new' })
  const { data: worktrees } = useAll('worktrees')
  const { data: repos } = useAll('repos')
  return (
    <Page title="New session">
      {worktrees && repos && <Choices key={worktree ?? ''} worktree={worktree} />}
    </Page>
  )
}

function Choices({ worktree }: { worktree: string | undefined }) {
  const client = useClient()
  const { token } = useSignedIn()
  const chosen = useChosenFiles()
  const navigate = useNavigate()
  const [draft, setDraft] = useState<Draft>({
    ...usePlaceDefaults(worktree),
    harness: null,
    prompt: '',
    more: {},
  })
  const change = (some: Partial<Draft>) => setDraft((now) => ({ ...now, ...some }))
  const [more, { toggle }] = useDisclosure()
  const { offered, commands } = useOffered(draft.harness)
  const begun = useRef<Begun | null>(null)
  // What a try that failed has left goes with the page.
  useEffect(() => () => void discard(client, begun), [client])
  const begin = useMutation({
    mutationFn: () =>
      beginSession(client, draft, {
        settled: (place) => change({ place }),
        begun,
        put: (session_id) => upload(token, session_id, chosen.files),
      }),
    onSuccess: ({ id }) => navigate({ to: '/sessions/$id', params: { id } }),
    meta: { quiet: true },
  })
  const submit = () => {
    if (!begin.isPending && draft.prompt.trim() && draft.harness) begin.mutate()
  }

  return (
    <form
      className={classes.form}
      {...takesFiles(chosen)}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <Stack gap="lg">
        <Step
          number={1}
          title="Where"
          about="Each worktree is a directory and a branch of its own; your checkout stays untouched."
        >
          <PlaceChoice place={draft.place} change={(place) => change({ place })} />
        </Step>
        <Step number={2} title="Which agent">
          <HarnessChoice value={draft.harness} change={(harness) => change({ harness, more: {} })} />
        </Step>
        <Step number={3} title="What to do">
          <PromptField
            placeholder={
              draft.harness === 'shell'
                ? 'The shell agent runs each line that begins with "$ ", after it has asked you:\n$ ls -la'
                : 'Say what shall be done, as you would to a colleague'
            }
            minRows={4}
            maxRows={20}
            value={draft.prompt}
            change={(prompt) => change({ prompt })}
            submit={submit}
            commands={commandsIn(commands)}
            worktree_id={draft.place.kind === 'existing' ? draft.place.worktree_id : null}
          />
          <ChosenList chosen={chosen} />
        </Step>
        <div>
          <UnstyledButton onClick={toggle} aria-expanded={more} type="button">
            <Group gap={4}>
              {more ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
              <Text size="sm">More</Text>
            </Group>
          </UnstyledButton>
          <Collapse expanded={more}>
            <MoreChoices offered={offered} more={draft.more} change={(some) => change({ more: some })} />
          </Collapse>
        </div>
        {begin.isError && <Trouble title="The session was not begun" error={begin.error} />}
        {begin.isError && begun.current && (
          <Text size="xs" c="dimmed">
            {begun.current.sent
              ? 'Whether the prompt arrived is not known. Begin again: it is not sent twice.'
              : 'The agent has heard nothing yet. Begin again goes on from here; what was made goes when you leave this page.'}
          </Text>
        )}
        <Group>
          <Button
            type="submit"
            size="sm"
            loading={begin.isPending}
            disabled={!draft.prompt.trim() || !draft.harness}
          >
            Begin
          </Button>
          <AttachButton chosen={chosen} />
          <Text size="xs" c="dimmed">
            Ctrl+Enter
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

function Step({
  number,
  title,
  about,
  children,
}: {
  number: number
  title: string
  about?: string
  children: React.ReactNode
}) {
  return (
    <fieldset className={classes.step}>
      <legend className={classes.legend}>
        <span className={classes.number} aria-hidden>
          {number}
        </span>
        {title}
      </legend>
      {about && (
        <Text size="xs" c="dimmed" mb={8}>
          {about}
        </Text>
      )}
      {children}
    </fieldset>
  )
}
