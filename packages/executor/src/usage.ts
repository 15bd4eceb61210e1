import type { Usage } from '@agentclientprotocol/sdk/unstable'
import type { Loose } from './transcript/blocks.js'
import { isObject } from './transcript/blocks.js'

/**
 * What an attempt used, as far as its harness tells: tokens of the whole turn, how much of the context window is
 * `used` of its `size` in tokens, and the cost of the session so far.
 */
export type TaskUsage = {
  total_tokens?: number
  input_tokens?: number
  output_tokens?: number
  thought_tokens?: number
  cached_read_tokens?: number
  cached_write_tokens?: number
  context?: { used: number; size: number }
  cost?: { amount: number; currency: string }
}

const tokens: [keyof TaskUsage, keyof Usage][] = [
  ['total_tokens', 'totalTokens'],
  ['input_tokens', 'inputTokens'],
  ['output_tokens', 'outputTokens'],
  ['thought_tokens', 'thoughtTokens'],
  ['cached_read_tokens', 'cachedReadTokens'],
  ['cached_write_tokens', 'cachedWriteTokens'],
]

/** The usage in the answer to a prompt. */
export function turnUsage(usage: unknown): TaskUsage {
  if (!isObject(usage)) return {}
  return Object.fromEntries(
    tokens.flatMap(([ours, theirs]) => (typeof usage[theirs] === 'number' ? [[ours, usage[theirs]]] : [])),
  )
}

/** The usage in a `usage_update`. */
export function contextUsage({ used, size, cost }: Loose): TaskUsage {
  const { amount, currency } = isObject(cost) ? cost : {}
  return {
    ...(typeof used === 'number' && typeof size === 'number' ? { context: { used, size } } : {}),
    ...(typeof amount === 'number' && typeof currency === 'string' ? { cost: { amount, currency } } : {}),
  }
}
