import { Group, Stack, Text } from '@mantine/core'
import { IconCheck, IconCircle, IconCircleDotFilled } from '@tabler/icons-react'
import { Section } from './section.js'
import classes from './side.module.css'

interface Entry {
  content: string
  status: string
}

const icons: Record<string, typeof IconCheck> = { completed: IconCheck, in_progress: IconCircleDotFilled }
const words: Record<string, string> = { completed: 'done', in_progress: 'at it', pending: 'to do' }

/** What the agent means to do, as it told last. */
export function Plan({ plan }: { plan: unknown }) {
  const entries = (Array.isArray(plan) ? plan : []).filter(
    (entry): entry is Entry => typeof entry?.content === 'string' && typeof entry.status === 'string',
  )
  if (entries.length === 0) return null
  return (
    <Section title="Plan">
      <Stack gap={4} component="ol" m={0} p={0}>
        {entries.map(({ content, status }, place) => {
          const Icon = icons[status] ?? IconCircle
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: entries have no other name
            <Group key={place} component="li" gap={8} wrap="nowrap" align="start">
              <Icon size={14} className={classes.icon} aria-label={words[status] ?? status} />
              <Text size="xs" c={status === 'completed' ? 'dimmed' : undefined} lineClamp={3}>
                {content}
              </Text>
            </Group>
          )
        })}
      </Stack>
    </Section>
  )
}
