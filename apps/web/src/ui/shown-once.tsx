import { Button, CopyButton, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { shownOnce } from './words.js'

/** A link or a token that no later call shows again. */
export function ShownOnce({
  title,
  label,
  secret,
  close,
}: {
  title: string
  label: string
  secret: string
  close(): void
}) {
  return (
    // A click beside it would lose what cannot be had again.
    <Modal opened onClose={close} title={title} closeOnClickOutside={false}>
      <Stack>
        <Text size="sm">{shownOnce}</Text>
        <TextInput
          label={label}
          readOnly
          data-autofocus
          value={secret}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Group justify="end">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy}>
                {copied ? 'Copied' : 'Copy'}
              </Button>
            )}
          </CopyButton>
          <Button onClick={close}>Done</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
