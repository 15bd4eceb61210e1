import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

/**
 * Gives a thing another name.
 *
 * @param optional it may go without one: `run` is then given an empty text
 * @param changes services whose lists have no event for it
 */
export function RenameDialog({
  title,
  label,
  name: before,
  longest,
  optional = false,
  run,
  changes = [],
  close,
}: {
  title: string
  label: string
  name: string
  longest: number
  optional?: boolean
  run(name: string): Promise<unknown>
  changes?: string[]
  close(): void
}) {
  const [name, setName] = useState(before)
  const rename = useMutation({
    mutationFn: () => run(name.trim()),
    onSuccess: close,
    meta: { changes },
  })
  return (
    <Modal opened onClose={close} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate()
        }}
      >
        <Stack>
          <TextInput
            label={label}
            data-autofocus
            required={!optional}
            maxLength={longest}
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
