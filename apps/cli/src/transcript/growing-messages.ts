import type { Message, TextBlock } from '@yardmaster/protocol'

/** `messages chunk` as the session's room hears it; offsets count UTF-16 units. */
export interface Chunk {
  message_id: string
  block: number
  offset: number
  text: string
}

/**
 * The messages of a session as they grow. A stored message is up to a second behind its live text, and live text
 * may be lost; so what was heard is laid over what is stored, and the final message replaces both.
 */
export class GrowingMessages {
  readonly #messages = new Map<string, Message>()
  /** Live text that begins behind what is known here. */
  readonly #ahead = new Map<string, Chunk[]>()

  /** A stored message; the answer is it with what was heard of it besides. Final ones stay final. */
  put(message: Message): Message {
    const known = this.#messages.get(message.id)
    if (known?.status === 'final' && message.status !== 'final') return known
    const merged = message.status === 'final' || !known ? message : keepLonger(known, message)
    this.#messages.set(message.id, merged)
    if (message.status === 'final') this.#ahead.delete(message.id)
    const waiting = this.#ahead.get(message.id) ?? []
    this.#ahead.delete(message.id)
    for (const chunk of waiting) this.grow(chunk)
    return merged
  }

  /**
   * Adds live text.
   *
   * @returns the message as it now stands; null if the text before it is missing here: then fetch the message,
   * {@link put} it, and the text is laid over it
   */
  grow(chunk: Chunk): Message | null {
    const message = this.#messages.get(chunk.message_id)
    if (message?.status === 'final') return message
    const text = message && textOf(message, chunk.block)
    if (!message || text === null || text === undefined || chunk.offset > text.length) {
      this.#ahead.set(chunk.message_id, [...(this.#ahead.get(chunk.message_id) ?? []), chunk])
      return null
    }
    if (chunk.offset + chunk.text.length > text.length)
      message.content[chunk.block] = textBlock(text.slice(0, chunk.offset) + chunk.text)
    return message
  }

  remove(id: string): void {
    this.#messages.delete(id)
    this.#ahead.delete(id)
  }
}

const textBlock = (text: string): Message['content'][number] => ({ type: 'text', text }) as TextBlock

/** The text of a block; empty for the one after the last, which live text may begin; null for other kinds. */
function textOf(message: Message, at: number): string | null {
  if (at === message.content.length) return ''
  const block = message.content[at] as { type: string; text?: unknown } | undefined
  return block?.type === 'text' && typeof block.text === 'string' ? block.text : null
}

function keepLonger(known: Message, stored: Message): Message {
  const length = Math.max(known.content.length, stored.content.length)
  const content = Array.from({ length }, (_, at) => {
    const ours = textOf(known, at) ?? ''
    const theirs = textOf(stored, at) ?? ''
    const block = ours.length > theirs.length ? known.content[at] : stored.content[at]
    return (block ?? known.content[at]) as Message['content'][number]
  })
  return { ...stored, content }
}
