import { Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

/** Says that there is nothing here, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <Stack align="center" gap={6} py={60} px="md" ta="center">
      <Text fw={600}>{title}</Text>
      {children && (
        <Text component="div" size="sm" c="dimmed" maw={440}>
          {children}
        </Text>
      )}
    </Stack>
  )
}
