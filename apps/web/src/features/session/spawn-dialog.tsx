import { Button, Checkbox, Group, Modal, Stack, Textarea } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { Session } from '@yardmaster/protocol'
import { useState } from 'react'
import { useClient } from '../../data/signed-in.js'
import { submitsOn } from '../../ui/keys.js'
import { titleFrom } from '../sessions/session-name.js'

/** A session that this one brings forth; it hears how that one ends. */
export function SpawnDialog({ session, close }: { session: Session; close(): void }) {
  const client = useClient()
  const navigate = useNavigate()
  const [prompt, setPrompt] = useState('')
  const [apart, setApart] = useState(true)
  const spawn = useMutation({
    mutationFn: () =>
      client
        .service('sessions')
        .spawn({ id: session.id, prompt, title: titleFrom(prompt), worktree: apart ? 'new' : 'same' }),
    onSuccess: ({ id }) => navigate({ to: '/sessions/$id', params: { id } }),
  })
  const submit = () => prompt.trim() && !spawn.isPending && spawn.mutate()
  return (
    <Modal opened onClose={close} title="Spawn a session" size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Stack>
          <Textarea
            label="Prompt"
            data-autofocus
            autosize
            minRows={4}
            value={prompt}
            onChange={(event) => setPrompt(event.currentTarget.value)}
            onKeyDown={submitsOn(submit)}
          />
          <Checkbox
            label="In a worktree of its own, with the files as they are now"
            checked={apart}
            onChange={(event) => setApart(event.currentTarget.checked)}
          />
          <Group justify="end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" disabled={!prompt.trim()} loading={spawn.isPending}>
              Spawn
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
