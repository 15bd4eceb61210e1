import { Group, Progress, Stack, Text } from '@mantine/core'
import type { RuntimeLoad } from '@yardmaster/protocol'
import { colours } from './colours.js'
import { Ago } from './time.js'

/** How much of a runtime is taken, and what waits for room there. */
export function LoadBar({
  title,
  load: { running, max_concurrent, waiting, waits_since },
}: {
  title: string
  load: RuntimeLoad
}) {
  return (
    <Stack gap={4} maw={420}>
      <Group justify="space-between">
        <Text size="sm">{title}</Text>
        <Text size="sm">
          {running} of {max_concurrent} at once
        </Text>
      </Group>
      <Progress
        value={Math.min(100, (running / max_concurrent) * 100)}
        color={running < max_concurrent ? colours.works : colours.waits}
        aria-label={title}
      />
      {waits_since !== null && (
        <Text size="xs" c="dimmed">
          {waiting === 1 ? 'A session waits' : `${waiting} sessions wait`} for room, the first since{' '}
          <Ago at={waits_since} />
        </Text>
      )}
    </Stack>
  )
}
