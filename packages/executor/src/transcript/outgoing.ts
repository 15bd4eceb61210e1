import type { Block, Message } from '@yardmaster/protocol'
import { bounded, jsonBytes, MESSAGE_BYTES } from '../bounds.js'
import { cleanJson } from '../clean.js'
import type { Daemon } from '../daemon/daemon.js'
import type { Outbox } from '../daemon/outbox.js'
import { Pacer } from '../pacer.js'

/** Milliseconds between two flushes of a message that grows. */
const FLUSH = 1_000

export interface Head {
  /** Its name within the attempt: sent twice, the message is stored once. */
  client_id: string
  type: Message['type']
  role: Message['role']
}

/**
 * A message on its way to the daemon: created when it begins, flushed while it changes, final at last. Of several
 * flushes that wait only one is kept, and it carries what the content is by then.
 */
export class Outgoing {
  /** The daemon's id of it, once it was created. */
  id: string | null = null
  #refused = false
  #final = false
  #changed = true
  #turned = false
  #queued = false
  readonly #pacer = new Pacer(FLUSH, () => this.flush())

  /** @param content read whenever the message is sent */
  constructor(
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
    private readonly head: Head,
    private readonly content: () => Block[],
    private readonly onCreated: (content: Block[]) => void = () => {},
  ) {
    this.#enqueue()
    this.#pacer.restart()
  }

  get final(): boolean {
    return this.#final
  }

  /** The content changed. */
  change(): void {
    this.#changed = true
    if (this.#final) this.flush()
    else this.#pacer.poke()
  }

  /**
   * The content changed in what it means, as a tool call does that begins: sent at once, and as an event that whoever
   * watches hears of. Mere growth is stored without one.
   */
  turn(): void {
    this.#turned = true
    this.#changed = true
    this.flush()
  }

  /** Puts the present content in the queue, if it has changed. */
  flush(): void {
    this.#pacer.restart()
    if (this.#changed && !this.#queued) this.#enqueue()
  }

  /** Nothing more is expected to come. */
  finish(): void {
    if (this.#final) return
    this.#final = true
    this.#changed = true
    this.flush()
  }

  #enqueue(): void {
    this.#queued = true
    void this.outbox.add(() => this.#prepare(), jsonBytes(this.content()))
  }

  #prepare(): (() => Promise<unknown>) | null {
    this.#queued = false
    if (!this.#changed || this.#refused) return null
    this.#changed = false
    const content = fitted(this.content())
    const status = this.#final ? 'final' : 'streaming'
    const isEvent = this.#turned && !this.#final
    this.#turned = false
    const { id } = this
    if (id !== null) return () => this.daemon.patchMessage(id, isEvent ? { content } : { content, status })
    return async () => {
      try {
        this.id = (await this.daemon.createMessage({ ...this.head, content, status })).id
        this.onCreated(content)
      } catch (error) {
        this.#refused = true
        throw error
      }
    }
  }
}

function fitted(blocks: Block[]): Block[] {
  const content = bounded(cleanJson(blocks) as Block[], MESSAGE_BYTES)
  return 'cut' in content ? [{ type: 'text', text: `[${content.cut}]` }] : content
}
