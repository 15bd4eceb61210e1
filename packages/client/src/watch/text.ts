import type { Message, TextBlock } from '@yardmaster/protocol'

/** `messages chunk` as a session's room hears it. The offset counts UTF-16 units of that block. */
export interface Chunk {
  message_id: string
  block: number
  offset: number
  text: string
}

type Content = Message['content']

/**
 * The message with live text added, or itself where it has that text already.
 *
 * @returns null if the text before the chunk is missing here
 */
export function grow(message: Message, { block, offset, text }: Chunk): Message | null {
  if (message.status === 'final') return message
  const known = textAt(message.content, block)
  if (known === null || offset > known.length) return null
  if (offset + text.length <= known.length) return message
  const grown = { type: 'text', text: known + text.slice(known.length - offset) } as TextBlock
  const content = [...message.content]
  content[block] = grown
  return { ...message, content }
}

/**
 * A stored message over what is known of it. Live text is ahead of what is stored of it, so of a text in the making
 * the longer one counts; the final one replaces it, and stays.
 */
export function settle(known: Message | undefined, stored: Message): Message {
  if (!known || stored.status === 'final') return stored
  if (known.status === 'final') return known
  const length = Math.max(known.content.length, stored.content.length)
  const content = Array.from({ length }, (_, at) => longer(known.content, stored.content, at))
  return { ...stored, content }
}

function longer(known: Content, stored: Content, at: number): Content[number] {
  const ours = textAt(known, at) ?? ''
  const theirs = textAt(stored, at) ?? ''
  return ((ours.length > theirs.length ? known[at] : stored[at]) ?? known[at]) as Content[number]
}

/** The text of a block; empty for the one after the last, which live text may begin; null for other kinds. */
function textAt(content: Content, at: number): string | null {
  if (at === content.length) return ''
  const block = content[at] as { type: string; text?: unknown } | undefined
  return block?.type === 'text' && typeof block.text === 'string' ? block.text : null
}

/** Messages that text is kept for, and chunks of each, at most. What is dropped is read again. */
const MESSAGES = 100
const CHUNKS = 100

/** Live text that came before the text it follows on. */
export class AheadOfText {
  readonly #chunks = new Map<string, Chunk[]>()

  add(chunk: Chunk): void {
    const waiting = this.#chunks.get(chunk.message_id)
    if (!waiting) {
      if (this.#chunks.size >= MESSAGES) this.#chunks.delete(this.#chunks.keys().next().value!)
      this.#chunks.set(chunk.message_id, [chunk])
    } else if (waiting.length < CHUNKS) waiting.push(chunk)
  }

  /** What waits for this message's text, the first first. Nothing of it waits any more. */
  take(message_id: string): Chunk[] {
    const waiting = this.#chunks.get(message_id) ?? []
    this.#chunks.delete(message_id)
    return waiting.sort((a, b) => a.block - b.block || a.offset - b.offset)
  }
}
