import { Stack, Text } from '@mantine/core'
import type { PermissionRequest } from '@yardmaster/protocol'
import { RequestCard } from './request-card.js'

interface RequestsBarProps {
  requests: readonly PermissionRequest[]
  /** Of the session. */
  created_by: string | null
}

/** Everything that the agent of a session waits for. It stays until it is answered, here or by somebody else. */
export function RequestsBar({ requests, created_by }: RequestsBarProps) {
  const pending = requests.filter(({ status }) => status === 'pending')
  if (pending.length === 0) return null
  return (
    <Stack gap="xs" role="region" aria-label="Waits for an answer" aria-live="polite">
      {pending.length > 1 && (
        <Text size="xs" fw={600}>
          {pending.length} requests wait for an answer
        </Text>
      )}
      {pending.map((request) => (
        <RequestCard key={request.id} request={request} created_by={created_by} />
      ))}
    </Stack>
  )
}
