import { Paper, Text } from '@mantine/core'
import type { UsageFigures } from '@yardmaster/protocol'
import { lasted } from '../../ui/time.js'
import { costText, short } from './numbers.js'
import classes from './usage.module.css'

/** The whole time in a few numbers. */
export function Totals({ total: { tasks, endings, tokens, cost, waited, ran } }: { total: UsageFigures }) {
  const bad = endings.failed + endings.timed_out
  return (
    <div className={classes.totals}>
      <Total title="Tasks" value={tasks.toLocaleString()} about={`${bad.toLocaleString()} ended badly`} />
      <Total
        title="Tokens"
        value={short(tokens.total)}
        about={
          tokens.input + tokens.output > 0
            ? `${short(tokens.input)} in, ${short(tokens.output)} out`
            : 'as far as agents tell'
        }
      />
      <Total title="Cost" value={costText(cost)} about="as far as agents tell" />
      <Total
        title="Waited in the queue"
        value={waited ? lasted(waited.p50) : '–'}
        about={waited ? `95 % within ${lasted(waited.p95)}` : 'nothing began'}
      />
      <Total
        title="Ran"
        value={ran ? lasted(ran.p50) : '–'}
        about={ran ? `95 % within ${lasted(ran.p95)}` : 'nothing ended'}
      />
    </div>
  )
}

function Total({ title, value, about }: { title: string; value: string; about: string }) {
  return (
    <Paper withBorder p="sm">
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      <Text size="xl" fw={600}>
        {value}
      </Text>
      <Text size="xs" c="dimmed">
        {about}
      </Text>
    </Paper>
  )
}
