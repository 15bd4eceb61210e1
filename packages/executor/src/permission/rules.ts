import type { PermissionOption } from '@agentclientprotocol/sdk'
import type { PermissionMode, ToolCallBlock } from '@yardmaster/protocol'
import { isObject } from '../transcript/blocks.js'
import { isInside } from './inside.js'

/** An option's id; `cancelled` where the agent offers none that fits; `ask` where people decide. */
export type Verdict = { option_id: string } | 'cancelled' | 'ask'

/**
 * How a permission mode answers a request.
 *
 * @param worktree its path
 */
export async function verdict(
  mode: PermissionMode,
  call: ToolCallBlock,
  options: PermissionOption[],
  worktree: string,
): Promise<Verdict> {
  switch (mode) {
    case 'auto':
      return first(options, 'allow') ?? 'cancelled'
    case 'deny':
      return first(options, 'reject') ?? 'cancelled'
    case 'safe':
      return ((await isSafe(call, worktree)) && first(options, 'allow')) || 'ask'
    default:
      return 'ask'
  }
}

/** The option that answers this once, else any that goes the same way. */
function first(options: PermissionOption[], way: 'allow' | 'reject'): Verdict | null {
  const fitting = options.filter(({ kind }) => String(kind).startsWith(way))
  const option = fitting.find(({ kind }) => kind === `${way}_once`) ?? fitting[0]
  return option ? { option_id: option.optionId } : null
}

const reading = ['read', 'search', 'think']

async function isSafe(call: ToolCallBlock, worktree: string): Promise<boolean> {
  if (reading.includes(call.kind)) return true
  if (call.kind !== 'edit') return false
  const paths = [
    ...call.locations,
    ...call.content.filter((part) => isObject(part) && part.type === 'diff'),
  ].map((place) => (isObject(place) ? place.path : undefined))
  const inside = await Promise.all(
    paths.map((path) => typeof path === 'string' && isInside(worktree, path).catch(() => false)),
  )
  return inside.length > 0 && inside.every(Boolean)
}
