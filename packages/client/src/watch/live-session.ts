import type { Message } from '@yardmaster/protocol'
import { Orderer } from './orderer.js'
import { AheadOfText, type Chunk } from './text.js'
import {
  apply,
  type Earlier,
  type LogEvent,
  messageOf,
  type SessionView,
  withChunk,
  withEarlier,
  withStored,
} from './view.js'

/** A session as it is put together from rows, events and live text. Knows no connection, and no time. */
export class LiveSession {
  #view: SessionView | null = null
  #orderer = new Orderer<LogEvent>(0)
  /** What is heard while the rows are read. */
  #heard: LogEvent[] | null = []
  readonly #ahead = new AheadOfText()
  /** Events since earlier messages were asked for, for each asking. */
  readonly #recordings = new Set<LogEvent[]>()

  /** null while the rows are read. They are of one moment once the log has gone over them to its end. */
  get view(): SessionView | null {
    return this.#view
  }

  /** The last event in the view. */
  get last(): number {
    return this.#orderer.last
  }

  /** The last event known of. */
  get head(): number {
    return this.#orderer.head
  }

  get behind(): boolean {
    return this.#heard === null && this.#orderer.behind
  }

  know(head: number): void {
    this.#orderer.know(head)
  }

  /** The rows are about to be read, all of them. */
  startAnew(): void {
    this.#view = null
    this.#heard = []
    this.#orderer = new Orderer(0)
  }

  /** The rows, as they were read. What was heard meanwhile goes over them. */
  lay(view: SessionView): void {
    const { head } = this
    const heard = this.#heard ?? []
    this.#heard = null
    this.#view = view
    this.#orderer = new Orderer(view.last_seq)
    this.#orderer.know(head)
    for (const id of this.streaming()) this.#growOn(id)
    for (const event of heard) this.take(event)
  }

  /** An event: in its turn, once. */
  take(event: LogEvent): void {
    if (this.#heard) {
      this.#heard.push(event)
      return
    }
    for (const next of this.#orderer.take(event.seq, event)) {
      this.#view = apply(this.#view!, next)
      for (const recording of this.#recordings) recording.push(next)
      if (next.type.startsWith('messages ')) this.#growOn(next.row.id)
    }
  }

  /** Live text. @returns whether the text before it is missing, and its message must be fetched and {@link store}d */
  grow(chunk: Chunk): boolean {
    this.#ahead.add(chunk)
    return this.#growOn(chunk.message_id)
  }

  /**
   * A message as it is stored, which may be ahead of the view: of a final one the event is waited for, as it may have
   * been changed again since.
   *
   * @param asked the {@link message} as it was when this was asked for. Of texts the longer one counts; anything else may
   *   have been changed by an event meanwhile, which this must not undo
   * @returns whether it is to be fetched again: it was changed, or text before some live text is still missing
   */
  store(message: Message, asked: Message | undefined): boolean {
    const isOlder = this.message(message.id) !== asked && message.content.some(({ type }) => type !== 'text')
    if (isOlder) return true
    if (this.#view && message.status === 'streaming') this.#view = withStored(this.#view, message)
    return this.#growOn(message.id)
  }

  /** The message of this id, unless it is not in the view (yet). */
  message = (id: string): Message | undefined => (this.#view ? messageOf(this.#view, id) : undefined)

  /** The messages in the making. */
  streaming(): string[] {
    return (this.#view?.messages ?? []).filter(({ status }) => status === 'streaming').map(({ id }) => id)
  }

  /**
   * Remembers events from now on, until they go over rows that are asked for from now on.
   *
   * @returns `lay` puts those rows into the view, which must be ahead of them by then; `end` forgets
   */
  record(): { lay: (earlier: Earlier) => void; end: () => void } {
    const recording: LogEvent[] = []
    const from = this.#view?.from_seq
    this.#recordings.add(recording)
    return {
      lay: (earlier) => {
        // Otherwise they came another way meanwhile.
        if (this.#view && this.#view.from_seq === from && this.#recordings.has(recording))
          this.#view = withEarlier(this.#view, earlier, recording)
      },
      end: () => void this.#recordings.delete(recording),
    }
  }

  /** Lays over a message what waits for it. @returns whether some of it waits on, for text that is missing */
  #growOn(id: string): boolean {
    const message = this.message(id)
    if (!message) return false // its creation is yet to be told
    let missing = false
    for (const chunk of this.#ahead.take(id)) {
      const grown = withChunk(this.#view!, chunk)
      if (grown) this.#view = grown
      else {
        missing = true
        this.#ahead.add(chunk)
      }
    }
    return missing
  }
}
