import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Trouble } from './trouble.js'

/**
 * Asks before something that cannot be undone.
 *
 * @param changes services whose lists have no event for it
 */
export function ConfirmDialog({
  title,
  action,
  run,
  changes = [],
  close,
  children,
}: {
  title: string
  action: string
  run(): Promise<unknown>
  changes?: string[]
  close(): void
  children: ReactNode
}) {
  const done = useMutation({ mutationFn: run, onSuccess: close, meta: { quiet: true, changes } })
  return (
    <Modal opened onClose={close} title={title}>
      <Stack>
        <Text size="sm">{children}</Text>
        {done.isError && <Trouble error={done.error} />}
        <Group justify="end">
          <Button variant="default" data-autofocus onClick={close}>
            Cancel
          </Button>
          <Button color="red" loading={done.isPending} onClick={() => done.mutate()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
