import { codeOf, type EventPlace, type SocketClient } from '@yardmaster/client'
import type { Message, PermissionRequest, Session, Task } from '@yardmaster/protocol'
import { isTerminal } from '@yardmaster/protocol'
import { allRows } from '../pages.js'
import { type Chunk, GrowingMessages } from './growing-messages.js'

/** Hears a session in its order. Rows are whole, and may come more than once as they change. */
export interface Watcher {
  message?(message: Message): void
  removed?(message: Pick<Message, 'id'>): void
  task?(task: Task): void
  request?(request: PermissionRequest): void
  session?(session: Session): void
  /** Live text, beside the message it belongs to. */
  chunk?(chunk: Chunk): void
  /** The connection went, or is back and everything missed has been told. */
  connection?(state: 'lost' | 'back'): void
}

interface Event {
  type: string
  row: { id: string; session_id?: string }
}

/** A missing event may only be late: this long it is waited for before the log is asked. Milliseconds. */
const LATE = 250
/** A message whose live text ran ahead of us is fetched once in this time. Milliseconds. */
const REFETCH = 1000

/**
 * Follows one session over a socket. The session's log is the truth and a live event a hint: each carries its
 * place in the log (`seq`, without holes), so what is missing shows, and is then read from the log.
 */
export class SessionFollower {
  /** Rejects once following cannot go on: access was lost, or the daemon closed the connection. */
  readonly broken: Promise<never>
  readonly #messages = new GrowingMessages()
  readonly #early = new Map<number, Event>()
  readonly #refetching = new Set<string>()
  #break!: (error: unknown) => void
  #last = 0
  #ready = false
  #late: NodeJS.Timeout | null = null
  #catchingUp: Promise<void> | null = null
  #stopped = false

  constructor(
    private readonly client: SocketClient,
    private readonly sessionId: string,
    private readonly watcher: Watcher,
    /** Tells only what belongs to this task. */
    private readonly task?: string,
  ) {
    this.broken = new Promise((_, reject) => {
      this.#break = reject
    })
    this.broken.catch(() => undefined)
  }

  /**
   * Subscribes, tells what is there, and then what happens.
   *
   * @throws what the daemon answers, for one that the session may not be seen
   */
  async start(): Promise<void> {
    const { socket } = this.client
    socket.onAny(this.#hear)
    socket.on('connect', this.#reconnected)
    socket.on('disconnect', this.#disconnected)
    await this.#subscribe()
    await this.#begin()
    this.#ready = true
    this.#drain()
  }

  /** Tells the session as it is, and where its log stands. */
  async #begin(): Promise<void> {
    // The place comes before the rows: what changes in between is then told twice, never not at all.
    const session = await this.client.service('sessions').get(this.sessionId)
    this.#last = session.last_seq
    this.watcher.session?.(session)
    await this.#tellWhatIsThere()
  }

  stop(): void {
    this.#stopped = true
    if (this.#late) clearTimeout(this.#late)
    this.client.socket.offAny(this.#hear)
    this.client.socket.off('connect', this.#reconnected)
    this.client.socket.off('disconnect', this.#disconnected)
  }

  #subscribe() {
    return this.client.service('subscriptions').create({ session_id: this.sessionId })
  }

  async #tellWhatIsThere(): Promise<void> {
    const session_id = this.sessionId
    const scope = this.task ? { session_id, task_id: this.task } : { session_id }
    const [messages, allTasks, requests] = await Promise.all([
      allRows(this.client.service('messages'), { ...scope, $sort: { seq: 1 } }),
      allRows(this.client.service('tasks'), { session_id, $sort: { created_at: 1 } }),
      allRows(this.client.service('permission-requests'), { ...scope, status: 'pending' }),
    ])
    const tasks = allTasks.filter(({ id }) => this.#wants(id))
    const untold = new Map(tasks.map((task) => [task.id, task]))
    const tell = (id: string | null) => {
      const task = id && untold.get(id)
      if (task) this.watcher.task?.(task)
      untold.delete(id ?? '')
    }
    // A task stands where it ended: behind the last of its messages.
    for (const [at, message] of messages.entries()) {
      this.#tellMessage(message)
      if (messages[at + 1]?.task_id !== message.task_id) {
        const task = untold.get(message.task_id ?? '')
        if (task && isTerminal(task.status)) tell(task.id)
      }
    }
    for (const id of [...untold.keys()]) tell(id)
    for (const request of requests) this.watcher.request?.(request)
  }

  readonly #hear = (type: string, row: Event['row'] & Partial<Chunk>, at?: EventPlace) => {
    if (type === 'messages chunk') return this.#grow(row as unknown as Chunk)
    if (type.endsWith('head'))
      return this.#hearHead(row as unknown as { session_id: string; last_seq: number })
    if (at?.session_id !== this.sessionId || at.seq <= this.#last) return
    this.#early.set(at.seq, { type, row })
    if (this.#ready) this.#drain()
  }

  #hearHead(head: { session_id: string; last_seq: number }): void {
    if (head.session_id === this.sessionId && head.last_seq > this.#last) this.#awaitLate()
  }

  #drain(): void {
    for (;;) {
      const event = this.#early.get(this.#last + 1)
      if (!event) break
      this.#early.delete(++this.#last)
      this.#tell(event)
    }
    for (const seq of this.#early.keys()) if (seq <= this.#last) this.#early.delete(seq)
    if (this.#early.size > 0) this.#awaitLate()
    else if (this.#late) {
      clearTimeout(this.#late)
      this.#late = null
    }
  }

  #tell({ type, row }: Event): void {
    const [service, event] = type.split(' ')
    if (service === 'sessions') {
      if (event === 'removed') this.#break(new Error('The session was removed.'))
      else this.watcher.session?.(row as Session)
    } else if (service === 'tasks') {
      if (event !== 'removed' && this.#wants(row.id)) this.watcher.task?.(row as Task)
    } else if (service === 'permission-requests') {
      if (this.#wants((row as PermissionRequest).task_id)) this.watcher.request?.(row as PermissionRequest)
    } else if (service === 'messages') {
      if (event === 'removed') this.#forget(row)
      else if ('content' in row) this.#tellMessage(row as Message)
    }
  }

  #tellMessage(message: Message): void {
    if (this.#wants(message.task_id)) this.watcher.message?.(this.#messages.put(message))
  }

  #forget(message: Event['row']): void {
    this.#messages.remove(message.id)
    this.watcher.removed?.(message)
  }

  #wants(task: string | null): boolean {
    return !this.task || task === this.task
  }

  #awaitLate(): void {
    this.#late ??= setTimeout(() => {
      this.#late = null
      this.#catchUp()
    }, LATE)
  }

  #catchUp(): Promise<void> {
    this.#catchingUp ??= this.#readLog()
      .catch(async (error) => {
        // The log does not go back so far any more: the rows say it all.
        if (codeOf(error) !== 'LOG_TRIMMED') throw error
        await this.#begin()
        this.#drain()
      })
      .catch((error) => {
        // Without an answer the connection is gone, and its return begins this anew.
        if (codeOf(error) && !this.#stopped) this.#break(error)
      })
      .finally(() => {
        this.#catchingUp = null
      })
    return this.#catchingUp
  }

  async #readLog(): Promise<void> {
    const session_id = this.sessionId
    for (;;) {
      const query = { session_id, after: this.#last }
      const { data } = await this.client.service('session-events').find({ query })
      if (data.length === 0) break
      for (const { seq, type, data: row } of data) {
        if (seq <= this.#last) continue // heard live in the meantime
        const event = await this.#whole({ type, row: row as Event['row'] })
        if (seq <= this.#last) continue
        this.#last = seq
        if (event) this.#tell(event)
      }
    }
    this.#drain()
  }

  /** The log keeps no message content, so that a removed message is gone from it too. null: it is. */
  async #whole(event: Event): Promise<Event | null> {
    if (!event.type.startsWith('messages ') || event.type.endsWith('removed') || 'content' in event.row)
      return event
    const row = await this.#stored(event.row.id)
    return row && { type: event.type, row }
  }

  async #stored(id: string): Promise<Message | null> {
    try {
      return await this.client.service('messages').get(id)
    } catch (error) {
      if (codeOf(error) === 'NOT_FOUND') return null
      throw error
    }
  }

  #grow(chunk: Chunk): void {
    const message = this.#messages.grow(chunk)
    if (message) {
      this.watcher.chunk?.(chunk)
      this.watcher.message?.(message)
    } else this.#refetch(chunk.message_id)
  }

  #refetch(id: string): void {
    if (this.#refetching.has(id)) return
    this.#refetching.add(id)
    setTimeout(() => this.#refetching.delete(id), REFETCH).unref()
    this.#stored(id)
      .then((message) => {
        if (message?.session_id === this.sessionId && !this.#stopped) this.#tellMessage(message)
      })
      .catch(() => undefined) // the next chunk, or the final message, asks again
  }

  readonly #disconnected = (reason: string) => {
    if (reason === 'io server disconnect') this.#break(new Error('The daemon ended the connection.'))
    else this.watcher.connection?.('lost')
  }

  readonly #reconnected = async () => {
    try {
      await this.#subscribe()
      await this.#catchUp()
      this.watcher.connection?.('back')
    } catch (error) {
      if (codeOf(error)) this.#break(error)
    }
  }
}
