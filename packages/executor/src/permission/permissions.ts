import { setTimeout as delay } from 'node:timers/promises'
import type { RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk'
import type { ExecutorOrder, PermissionRequest } from '@yardmaster/protocol'
import { cleanJson, cleanText } from '../clean.js'
import type { Daemon } from '../daemon/daemon.js'
import type { Outbox } from '../daemon/outbox.js'
import { log } from '../log.js'
import { isObject } from '../transcript/blocks.js'
import type { Transcript } from '../transcript/transcript.js'
import { verdict } from './rules.js'

/** Milliseconds before a request that is still pending is asked for again: a daemon in a hurry may not wait. */
const PAUSE = 250

const cancelled: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } }

/** Answers the harness's permission requests, by rule or by people; several may be open at once. */
export class Permissions {
  #number = 0
  #asking = 0
  readonly #over = new AbortController()

  /** @param onAsking called when the first begins to wait for people (true), and when none does any more (false) */
  constructor(
    private readonly order: ExecutorOrder,
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
    private readonly transcript: Transcript,
    private readonly onAsking: (asking: boolean) => void,
  ) {}

  /** Answers everything that is open, and whatever comes, with `cancelled`. */
  cancel(): void {
    this.#over.abort()
  }

  /** @param withdrawn aborts when the harness takes its request back */
  async answer(
    request: RequestPermissionRequest,
    withdrawn: AbortSignal,
  ): Promise<RequestPermissionResponse> {
    const { toolCall } = request
    const options = (Array.isArray(request.options) ? request.options : []).filter(
      (option) => isObject(option) && typeof option.optionId === 'string',
    )
    if (!isObject(toolCall) || options.length === 0 || this.#over.signal.aborted) return cancelled

    const { block, message } = this.transcript.toolCall(String(toolCall.toolCallId), toolCall)
    const { session, worktree } = this.order
    const rule = await verdict(session.permission_mode, block, options, worktree.path)
    if (rule === 'cancelled') return cancelled
    if (rule !== 'ask') return selected(rule.option_id)

    // What people are asked about stands in the transcript before they are.
    message.flush()
    this.#number += 1
    const question = {
      client_id: `p${this.#number}`,
      tool_call: cleanJson(block),
      options: options.slice(0, 50).map(({ optionId, name, kind }) => ({
        option_id: optionId,
        name: cleanText(String(name ?? optionId)).slice(0, 1000),
        kind: cleanText(String(kind ?? 'other')).slice(0, 100),
      })),
    }
    this.#count(1)
    try {
      return await this.#ask(question, AbortSignal.any([this.#over.signal, withdrawn]))
    } finally {
      this.#count(-1)
    }
  }

  async #ask(
    question: Pick<PermissionRequest, 'client_id' | 'tool_call' | 'options'>,
    signal: AbortSignal,
  ): Promise<RequestPermissionResponse> {
    if (signal.aborted) return cancelled
    const ended = new Promise<null>((resolve) => {
      signal.addEventListener('abort', () => resolve(null), { once: true })
    })
    const stored = await Promise.race([
      this.outbox.add(() => (signal.aborted ? null : () => this.daemon.createRequest(question))),
      ended,
    ])
    if (stored === null) return cancelled
    log(`asked for permission ${question.client_id}`)
    let request = stored
    while (request.status === 'pending') {
      try {
        const seen = await Promise.race([this.daemon.awaitRequest(stored.id, signal), ended])
        if (seen === null) return cancelled
        request = seen
      } catch (error) {
        if (!signal.aborted)
          log(`permission ${question.client_id} cannot be had: ${(error as Error).message}`)
        return cancelled
      }
      if (request.status === 'pending') await delay(PAUSE)
    }
    log(`permission ${question.client_id}: ${request.status}`)
    return request.status === 'selected' && request.option_id !== null
      ? selected(request.option_id)
      : cancelled
  }

  #count(change: 1 | -1): void {
    const before = this.#asking
    this.#asking += change
    if (before === 0 || this.#asking === 0) this.onAsking(this.#asking > 0)
  }
}

const selected = (optionId: string): RequestPermissionResponse => ({
  outcome: { outcome: 'selected', optionId },
})
