import type {
  PermissionOption,
  RequestPermissionRequest,
  RequestPermissionResponse,
} from '@agentclientprotocol/sdk'
import type { ExecutorOrder } from '@yardmaster/protocol'
import { cleanJson, cleanText } from '../clean.js'
import { isObject, type Loose } from '../transcript/blocks.js'
import type { Transcript } from '../transcript/transcript.js'
import type { People } from './people.js'
import { verdict } from './rules.js'

const cancelled: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } }

/** Answers the harness's permission requests, by rule or by people. */
export class Permissions {
  constructor(
    private readonly order: ExecutorOrder,
    private readonly transcript: Transcript,
    private readonly people: People,
  ) {}

  /** @param withdrawn aborts when the harness takes its request back */
  async answer(
    request: RequestPermissionRequest,
    withdrawn: AbortSignal,
  ): Promise<RequestPermissionResponse> {
    const { toolCall } = request
    const options = (Array.isArray(request.options) ? request.options : []).filter(
      (option) => isObject(option) && typeof option.optionId === 'string',
    )
    if (!isObject(toolCall) || options.length === 0 || this.people.over) return cancelled

    const { block, message } = this.transcript.toolCall(String(toolCall.toolCallId), toolCall)
    const { session, worktree } = this.order
    const rule = await verdict(session.permission_mode, block, options, worktree.path)
    if (rule === 'cancelled') return cancelled
    if (rule !== 'ask') return selected(rule.option_id)

    // What people are asked about stands in the transcript before they are.
    message.flush()
    const question = {
      tool_call: cleanJson(block) as Loose,
      options: options.slice(0, 50).map(({ optionId, name, kind }) => ({
        option_id: optionId,
        name: cleanText(String(name ?? optionId)).slice(0, 1000),
        kind: cleanText(String(kind ?? 'other')).slice(0, 100),
      })),
    }
    const decided = await this.people.ask(question, withdrawn)
    return decided?.option_id ? selected(forOnce(options, decided.option_id)) : cancelled
  }
}

const selected = (optionId: string): RequestPermissionResponse => ({
  outcome: { outcome: 'selected', optionId },
})

/**
 * "Always" is remembered by the daemon, where everybody sees it and can take it back. What a harness remembers nobody
 * can: it is told the same answer for once, as far as it offers that, and asks again.
 */
function forOnce(options: readonly PermissionOption[], chosen: string): string {
  const kind = options.find(({ optionId }) => optionId === chosen)?.kind ?? ''
  const once = options.find((option) => option.kind === kind.replace('_always', '_once'))
  return once?.optionId ?? chosen
}
