import { Group, Radio, Text } from '@mantine/core'
import { useEffect } from 'react'
import { useHarnesses } from '../../data/harnesses.js'
import classes from './new-session.module.css'

/** The agents that were found, those that can be used first; of the others, why not. */
export function HarnessChoice({ value, change }: { value: string | null; change(harness: string): void }) {
  const harnesses = useHarnesses()
  const usable = harnesses.filter(({ problem }) => problem === null)
  // A real agent before the shell, which does only what it is told word by word.
  const first = (usable.find(({ id }) => id !== 'shell') ?? usable[0])?.id
  useEffect(() => {
    if (value === null && first) change(first)
  }, [value, first, change])
  return (
    <Radio.Group value={value} onChange={change} aria-label="Agent">
      <div className={classes.harnesses}>
        {harnesses.map(({ id, name, version, problem }) => (
          <Radio.Card
            key={id}
            value={id}
            disabled={problem !== null}
            className={classes.harness as string}
            data-disabled={problem !== null || undefined}
          >
            <Group wrap="nowrap" gap={10} align="start">
              <Radio.Indicator size="xs" mt={3} disabled={problem !== null} />
              <div>
                <Text size="sm" fw={500}>
                  {name}
                </Text>
                <Text size="xs" c="dimmed">
                  {problem ?? version ?? ''}
                </Text>
              </div>
            </Group>
          </Radio.Card>
        ))}
      </div>
    </Radio.Group>
  )
}
