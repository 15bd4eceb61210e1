import type { CreateElicitationRequest, CreateElicitationResponse } from '@agentclientprotocol/sdk'
import type { ExecutorOrder } from '@yardmaster/protocol'
import { cleanJson, cleanText } from '../clean.js'
import { isObject, type Loose } from '../transcript/blocks.js'
import type { Transcript } from '../transcript/transcript.js'
import type { People } from './people.js'

/**
 * Puts the harness's questions (ACP elicitation) to people, as forms. No rule can answer a question, so people are
 * asked in every permission mode but `deny`.
 */
export class Questions {
  constructor(
    private readonly order: ExecutorOrder,
    private readonly transcript: Transcript,
    private readonly people: People,
  ) {}

  /** @param withdrawn aborts when the harness takes its question back */
  async answer(asked: CreateElicitationRequest, withdrawn: AbortSignal): Promise<CreateElicitationResponse> {
    const { mode, message, requestedSchema, toolCallId } = asked as Loose
    if (this.order.session.permission_mode === 'deny') return { action: 'decline' }
    // An address to be opened in a browser was not offered; it is nothing that a form could hold.
    if (mode !== 'form' || !isObject(requestedSchema) || this.people.over) return { action: 'cancel' }

    const call = typeof toolCallId === 'string' ? this.transcript.toolCall(toolCallId, {}) : null
    call?.message.flush()
    const form = {
      message: cleanText(String(message)).slice(0, 10_000),
      schema: cleanJson(requestedSchema) as Loose,
    }
    const question = { form, ...(call ? { tool_call: cleanJson(call.block) as Loose } : {}) }
    const decided = await this.people.ask(question, withdrawn)
    if (!decided) return { action: 'cancel' }
    return decided.option_id === 'accept'
      ? { action: 'accept', content: decided.content ?? {} }
      : { action: 'decline' }
  }
}
