import {
  methods,
  type PermissionOption,
  RequestError,
  type ToolCall,
} from '@agentclientprotocol/sdk/unstable'
import type { Session } from './session.js'

export type Decision = 'allowed' | 'refused' | 'refused_with_the_rest' | 'cancelled'

const options: PermissionOption[] = [
  { optionId: 'allow_once', kind: 'allow_once', name: 'Allow' },
  { optionId: 'allow_always', kind: 'allow_always', name: 'Always allow this command in this session' },
  { optionId: 'reject_once', kind: 'reject_once', name: 'Refuse' },
  { optionId: 'reject_always', kind: 'reject_always', name: 'Always refuse this command in this session' },
]

/**
 * Asks the client about one command, unless an "always" of this session answers already; an "always"
 * covers the identical command and no other. An answer that cannot be had is a refusal.
 */
export async function askPermission(
  session: Session,
  toolCall: ToolCall,
  command: string,
  signal: AbortSignal,
): Promise<Decision> {
  const { always, id } = session.stored
  if (signal.aborted) return 'cancelled'
  if (Object.hasOwn(always, command)) return always[command] ?? 'refused'
  let chosen: string
  try {
    const { outcome } = await session.client.request(
      methods.client.session.requestPermission,
      { sessionId: id, toolCall, options },
      { cancellationSignal: signal, stopWaitingOnCancel: true },
    )
    if (outcome.outcome === 'cancelled') return 'cancelled'
    chosen = outcome.optionId
  } catch (error) {
    if (signal.aborted || !(error instanceof RequestError)) return 'cancelled'
    console.error(`shell-agent: the permission request failed: ${error.message}`)
    return 'refused'
  }
  if (chosen === 'allow_once') return 'allowed'
  if (chosen === 'allow_always') {
    always[command] = 'allowed'
    return 'allowed'
  }
  if (chosen !== 'reject_always') return 'refused'
  always[command] = 'refused'
  return 'refused_with_the_rest'
}
