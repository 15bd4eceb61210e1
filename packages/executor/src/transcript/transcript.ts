import { createHash } from 'node:crypto'
import type { Block, ToolCallBlock } from '@yardmaster/protocol'
import type { Daemon } from '../daemon/daemon.js'
import type { Outbox } from '../daemon/outbox.js'
import { blockOf, hasEnded, type Loose, newToolCall, updateToolCall } from './blocks.js'
import { type Head, Outgoing } from './outgoing.js'
import { Prose } from './prose.js'

const proseKinds: Record<string, Pick<Head, 'type' | 'role'>> = {
  user_message_chunk: { type: 'text', role: 'user' },
  agent_message_chunk: { type: 'text', role: 'agent' },
  agent_thought_chunk: { type: 'thought', role: 'agent' },
}

/** Ended tool calls whose content is still at hand, for updates that come late. */
const REMEMBERED = 50

/** Turns what a harness tells into the messages of one attempt, in the order they began. */
export class Transcript {
  #number = 0
  #current: { prose: Prose; identity: string; named: boolean; isUser: boolean } | null = null
  readonly #toolCalls = new Map<string, { block: ToolCallBlock; message: Outgoing }>()
  readonly #kept = new Map<string, { update: Loose; message: Outgoing }>()
  readonly #forgotten = new Set<string>()
  #closed = false

  /** @param prompt what was asked: a harness that says it back is not quoted */
  constructor(
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
    private readonly prompt: string,
  ) {}

  /** Takes the content of an update whose kind is a part of the conversation, and any of an unknown kind whole. */
  add(update: Loose, sessionId: unknown): void {
    // The answer to the prompt was the last word of the attempt.
    if (this.#closed) return
    const kind = String(update.sessionUpdate)
    if (Object.hasOwn(proseKinds, kind)) this.#say(kind, update, sessionId)
    else this.#addOther(kind, update)
  }

  /** The tool call with the update in it; made where it is not known yet. */
  toolCall(id: string, update: Loose): { block: ToolCallBlock; message: Outgoing } {
    const known = this.#toolCalls.get(id)
    const block = known?.block ?? newToolCall(id)
    const { status } = block
    updateToolCall(block, update)
    const head: Head = { type: 'tool_call', role: 'agent', client_id: toolName(id) }
    const call = known ?? { block, message: this.#send(head, () => [block]) }
    this.#toolCalls.set(id, call)
    if (known && block.status === status) call.message.change()
    else if (known && !hasEnded(block)) call.message.turn()
    if (hasEnded(block)) {
      call.message.finish()
      this.#forgetSome()
    }
    return call
  }

  /** The oldest ended ones, so that a long run does not keep every output in memory. */
  #forgetSome(): void {
    const ended = [...this.#toolCalls].filter(([, { block }]) => hasEnded(block))
    for (const [id] of ended.slice(0, -REMEMBERED)) {
      this.#toolCalls.delete(id)
      this.#forgotten.add(id)
    }
  }

  /** Something that the executor itself has to say. */
  notice(text: string): void {
    this.#once({ type: 'notice', role: 'system' }, { type: 'text', text })
  }

  /** Makes every message final; what comes later is not kept. */
  finish(): void {
    this.#finishCurrent()
    for (const { message } of [...this.#toolCalls.values(), ...this.#kept.values()]) message.finish()
    this.#closed = true
  }

  #addOther(kind: string, update: Loose): void {
    // A message that the harness has named may go on afterwards.
    if (!this.#current?.named) this.#finishCurrent()
    const { toolCallId } = update
    const isToolCall = kind === 'tool_call' || kind === 'tool_call_update'
    if (isToolCall && typeof toolCallId === 'string' && !this.#forgotten.has(toolCallId))
      this.toolCall(toolCallId, update)
    else if (kind === 'plan') this.#keep('plan', update)
    else this.#once({ type: 'other', role: 'agent' }, { type: 'acp', update })
  }

  #say(kind: string, update: Loose, sessionId: unknown): void {
    const named = typeof update.messageId === 'string'
    const isUser = kind === 'user_message_chunk'
    const identity = JSON.stringify([kind, sessionId, update.messageId ?? null])
    if (this.#current?.identity !== identity) {
      this.#finishCurrent()
      const head = { ...proseKinds[kind]!, client_id: this.#nextName() }
      this.#current = { prose: new Prose(this.daemon, this.outbox, head), identity, named, isUser }
    }
    const { prose } = this.#current!
    prose.append(blockOf(update.content))
    // A user's words are held back as long as they may be the prompt, said back.
    if (!isUser || !this.prompt.startsWith(prose.text)) prose.begin()
  }

  #finishCurrent(): void {
    const { prose, isUser } = this.#current ?? {}
    this.#current = null
    if (isUser && prose?.text.trim() === this.prompt.trim()) return
    prose?.begin()
    prose?.finish()
  }

  /** One message of its kind in an attempt, which always shows the latest. */
  #keep(kind: string, update: Loose): void {
    const kept = this.#kept.get(kind)
    if (kept) {
      kept.update = update
      kept.message.change()
      return
    }
    const entry = { update } as { update: Loose; message: Outgoing }
    entry.message = this.#send({ type: 'other', role: 'agent', client_id: kind }, () => [
      { type: 'acp', update: entry.update },
    ])
    this.#kept.set(kind, entry)
  }

  #once(head: Pick<Head, 'type' | 'role'>, block: Block): void {
    this.#send({ ...head, client_id: this.#nextName() }, () => [block]).finish()
  }

  #send(head: Head, content: () => Block[]): Outgoing {
    return new Outgoing(this.daemon, this.outbox, head, content)
  }

  #nextName(): string {
    this.#number += 1
    return `m${this.#number}`
  }
}

/** Harnesses choose their ids freely; ours are of 200 characters at most. */
function toolName(id: string): string {
  const plain = /^[\x20-\x7e]{1,190}$/.test(id)
  return `tool:${plain ? id : createHash('sha256').update(id).digest('hex')}`
}
