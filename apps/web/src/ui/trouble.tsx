import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { colours } from './colours.js'
import { failureText } from './failure.js'
import { describeError } from './words.js'

/** What went wrong in this place, in words, and the way to try again where there is one. */
export function Trouble({
  error,
  retry,
  title,
}: {
  error: unknown
  retry?: (() => unknown) | undefined
  title?: string
}) {
  return (
    <Alert
      color={colours.failed}
      icon={<IconAlertTriangle size={18} />}
      title={title ?? describeError.title}
      role="alert"
    >
      <Group justify="space-between" wrap="nowrap" align="start">
        <Text size="sm">{failureText(error)}</Text>
        {retry && (
          <Button variant="default" onClick={() => retry()}>
            Try again
          </Button>
        )}
      </Group>
    </Alert>
  )
}
