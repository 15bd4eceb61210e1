import { Progress, Text } from '@mantine/core'
import { Section } from './section.js'

interface Told {
  total_tokens?: number
  context?: { used: number; size: number }
  cost?: { amount: number; currency: string }
}

/** How full the agent's context is, and what the session has cost, as far as the agent tells. */
export function Usage({ usage }: { usage: unknown }) {
  const { total_tokens, context, cost } = (usage ?? {}) as Told
  if (!context && !cost && total_tokens === undefined) return null
  const share = context && context.size > 0 ? Math.min(100, (context.used / context.size) * 100) : 0
  return (
    <Section title="Usage">
      {context && (
        <>
          <Progress
            value={share}
            color={share > 85 ? 'red' : share > 60 ? 'orange' : 'blue'}
            aria-label={`Context: ${share.toFixed(0)} % used`}
          />
          <Text size="xs" mt={4}>
            {context.used.toLocaleString()} of {context.size.toLocaleString()} tokens of context
          </Text>
        </>
      )}
      {total_tokens !== undefined && (
        <Text size="xs">{total_tokens.toLocaleString()} tokens in the last run</Text>
      )}
      {cost && (
        <Text size="xs">
          {cost.amount.toFixed(2)} {cost.currency}
        </Text>
      )}
    </Section>
  )
}
