import { Button, Collapse, Group, Stack, Text, Textarea, UnstyledButton } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useAll } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { submitsOn } from '../../ui/keys.js'
import { Page } from '../../ui/page.js'
import { Trouble } from '../../ui/trouble.js'
import { beginSession, type Draft } from './begin-session.js'
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
  const navigate = useNavigate()
  const [draft, setDraft] = useState<Draft>({
    ...usePlaceDefaults(worktree),
    harness: null,
    prompt: '',
    more: {},
  })
  const change = (some: Partial<Draft>) => setDraft((now) => ({ ...now, ...some }))
  const [more, { toggle }] = useDisclosure()
  const begin = useMutation({
    mutationFn: () => beginSession(client, draft, (place) => change({ place })),
    onSuccess: ({ id }) => navigate({ to: '/sessions/$id', params: { id } }),
    meta: { quiet: true },
  })
  const submit = () => {
    if (!begin.isPending && draft.prompt.trim() && draft.harness) begin.mutate()
  }

  return (
    <form
      className={classes.form}
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
          <Textarea
            aria-label="Prompt"
            placeholder={
              draft.harness === 'shell'
                ? 'The shell agent runs each line that begins with "$ ", after it has asked you:\n$ ls -la'
                : 'Say what shall be done, as you would to a colleague'
            }
            autosize
            minRows={4}
            maxRows={20}
            maxLength={500_000}
            value={draft.prompt}
            onChange={(event) => change({ prompt: event.currentTarget.value })}
            onKeyDown={submitsOn(submit)}
          />
        </Step>
        <div>
          <UnstyledButton onClick={toggle} aria-expanded={more} type="button">
            <Group gap={4}>
              {more ? <IconChevronDown size={16} /> : <IconChevronRight size={16} />}
              <Text size="sm">More</Text>
            </Group>
          </UnstyledButton>
          <Collapse expanded={more}>
            <MoreChoices
              harness={draft.harness}
              more={draft.more}
              change={(some) => change({ more: some })}
            />
          </Collapse>
        </div>
        {begin.isError && <Trouble title="The session was not begun" error={begin.error} />}
        <Group>
          <Button
            type="submit"
            size="sm"
            loading={begin.isPending}
            disabled={!draft.prompt.trim() || !draft.harness}
          >
            Begin
          </Button>
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
