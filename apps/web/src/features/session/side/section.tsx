import { Text } from '@mantine/core'
import type { ReactNode } from 'react'

export function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Text component="h2" size="xs" fw={600} c="dimmed" mb={6}>
        {title}
      </Text>
      {children}
    </section>
  )
}
