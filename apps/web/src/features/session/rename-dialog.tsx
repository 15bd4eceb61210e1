import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Session } from '@yardmaster/protocol'
import { useState } from 'react'
import { useClient } from '../../data/signed-in.js'

export function RenameDialog({ session, close }: { session: Session; close(): void }) {
  const client = useClient()
  const [title, setTitle] = useState(session.title ?? '')
  const rename = useMutation({
    mutationFn: () => client.service('sessions').patch(session.id, { title: title.trim() || null }),
    onSuccess: close,
  })
  return (
    <Modal opened onClose={close} title="Rename the session">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate()
        }}
      >
        <Stack>
          <TextInput
            label="Title"
            data-autofocus
            maxLength={500}
            value={title}
            onChange={(event) => setTitle(event.currentTarget.value)}
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
