import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Team } from '@yardmaster/protocol'
import { useState } from 'react'
import { useClient } from '../../data/signed-in.js'

export function RenameTeam({ team, close }: { team: Team; close(): void }) {
  const client = useClient()
  const [name, setName] = useState(team.name)
  const rename = useMutation({
    mutationFn: () => client.service('teams').patch(team.id, { name: name.trim() }),
    onSuccess: close,
    meta: { changes: ['teams'] },
  })
  return (
    <Modal opened onClose={close} title="Rename the team">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate()
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            data-autofocus
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={rename.isPending}>
              Rename
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
