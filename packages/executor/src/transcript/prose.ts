import type { Block } from '@yardmaster/protocol'
import { cutNote, jsonBytes, MESSAGE_BYTES } from '../bounds.js'
import { cleanText } from '../clean.js'
import type { Daemon } from '../daemon/daemon.js'
import type { Outbox } from '../daemon/outbox.js'
import { Pacer } from '../pacer.js'
import { type Head, Outgoing } from './outgoing.js'

/** Milliseconds between two chunks of a message: 20 a second at most. */
const CHUNK = 50

/** UTF-16 units that one chunk carries at most. */
const CHUNK_LENGTH = 50_000

/** Room left for the note that tells of a cut. */
const NOTE_BYTES = 200
const MOST_BLOCKS = 1_000

/** A message that grows by content blocks, adjacent text joined: what the agent says or thinks, or a user's words. */
export class Prose {
  readonly #blocks: Block[] = []
  #room = MESSAGE_BYTES - NOTE_BYTES
  #cut = 0
  #message: Outgoing | null = null
  /** Up to where in the last block watchers were told: block number and UTF-16 offset. */
  #told = { block: 0, offset: 0 }
  #telling = false
  readonly #pacer = new Pacer(CHUNK, () => void this.#tell())

  constructor(
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
    private readonly head: Head,
  ) {}

  /** The text of all text blocks so far. */
  get text(): string {
    return this.#blocks.map((block) => (block.type === 'text' ? block.text : '')).join('')
  }

  append(block: Block): void {
    const fitting = this.#fit(block)
    const last = this.#blocks.at(-1)
    if (fitting?.type === 'text' && last?.type === 'text') last.text += fitting.text
    else if (fitting) this.#blocks.push(fitting)
    this.#message?.change()
    if (this.#message) this.#pacer.poke()
  }

  /** What of the block there is room for; from the first that is too much on, all is cut. */
  #fit(block: Block): Block | null {
    const size = jsonBytes(block)
    const room = this.#blocks.length < MOST_BLOCKS ? this.#room : 0
    this.#room = room - size
    if (size <= room) return block
    this.#room = 0
    if (block.type !== 'text') {
      this.#cut += size
      return null
    }
    const text = block.text.slice(0, Math.floor((block.text.length * room) / size))
    this.#cut += block.text.length - text.length
    return text === '' ? null : { type: 'text', text }
  }

  /** Lets it be seen; until then it is only gathered. */
  begin(): void {
    this.#message ??= new Outgoing(
      this.daemon,
      this.outbox,
      this.head,
      () => this.#content(),
      (created) => this.#toldAll(created),
    )
  }

  finish(): void {
    this.#pacer.stop()
    this.#message?.finish()
  }

  #content(): Block[] {
    const note: Block[] = this.#cut > 0 ? [{ type: 'text', text: cutNote(this.#cut) }] : []
    return [...this.#blocks, ...note]
  }

  #toldAll(content: Block[]): void {
    const last = content.at(-1)
    this.#told = { block: content.length - 1, offset: last?.type === 'text' ? last.text.length : 0 }
    this.#pacer.poke()
  }

  /** Tells watchers what the text grew by. What is lost on the way comes with the next flush. */
  async #tell(): Promise<void> {
    const { id, final } = this.#message ?? {}
    if (!id || final || this.#telling || this.daemon.away) return
    const next = this.#blocks.at(this.#told.block)
    const grown =
      next?.type === 'text' ? next.text.slice(this.#told.offset, this.#told.offset + CHUNK_LENGTH) : ''
    // The other half of a surrogate pair may still be on its way.
    const text = grown.replace(/[\uD800-\uDBFF]$/, '')
    const { block, offset } = this.#told
    if (text !== '') {
      this.#told = { block, offset: offset + text.length }
      this.#telling = true
      await this.daemon.chunk(id, block, offset, cleanText(text))
      this.#telling = false
      this.#pacer.poke()
    } else if (block < this.#blocks.length - 1) {
      this.#told = { block: block + 1, offset: 0 }
      this.#pacer.poke()
    }
  }
}
