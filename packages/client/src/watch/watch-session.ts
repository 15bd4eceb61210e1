import { NotFound } from '@feathersjs/errors'
import type { SocketClient } from '../connect.js'
import { codeOf, isPassing, persist, refusalOf } from '../failures.js'
import { answered } from './answered.js'
import { AtTimes } from './at-times.js'
import { type Ask, fetchEarlier, fetchSession, fetchView } from './fetch-view.js'
import { LiveSession } from './live-session.js'
import { Seat } from './rooms.js'
import type { Chunk } from './text.js'
import type { LogEvent, SessionView } from './view.js'

/** All but `window` are milliseconds. */
export interface WatchOptions {
  /** How many of the newest messages the view begins with. Default 100; `Infinity`: all. */
  window?: number
  /** How long a missing event is waited for, before the log is asked. Default 250. */
  late?: number
  /** Between two fetches of one message that grows. Default 1000. */
  refetch?: number
  /** How long an answer of the daemon may take. Default 20,000. */
  answer?: number
  /** Before a failed catching up is tried again; doubled up to 5 s. Default 250. */
  retry?: number
}

/**
 * - `catching_up`: the view is not yet, or may not be, as the session is now;
 * - `live`: it is, as far as anybody knows;
 * - `offline`: there is no connection; it is made again without anybody's doing;
 * - `ended`: the watch is over, by `close` or by `error`.
 */
export type WatchState = 'catching_up' | 'live' | 'offline' | 'ended'

export interface SessionWatch {
  readonly state: WatchState
  /** null until the session has been read. */
  readonly view: SessionView | null
  /** Why the watch ended: the session may not be seen any more, or is gone. */
  readonly error: unknown
  /** Calls the listener after each change of state or view, until the answer is called. */
  subscribe(listener: () => void): () => void
  /**
   * Puts the messages before the first one of the view into it.
   *
   * @param count how many at most, by default as many as the window has
   * @throws what the daemon answers, or an error without a code when there is no connection
   */
  load_earlier(count?: number): Promise<void>
  close(): void
}

/**
 * Watches a session over a socket. The session's log is the truth and a live event a hint: events carry their place
 * in the log, so what is missing shows and is read from there, and the view is always what the database had after
 * one of the events. It outlives lost connections and restarts of the daemon.
 */
export const watchSession = (
  client: SocketClient,
  session_id: string,
  options: WatchOptions = {},
): SessionWatch => new Watch(client, session_id, options)

class Watch implements SessionWatch {
  state: WatchState = 'catching_up'
  view: SessionView | null = null
  error: unknown = undefined
  readonly #options: Required<WatchOptions>
  readonly #listeners = new Set<() => void>()
  readonly #live = new LiveSession()
  readonly #seat: Seat
  /** Fetches messages in the making. */
  readonly #growing: AtTimes
  /** Aborted when the connection goes. */
  #connection = new AbortController()
  #mending = false
  #mendAgain = false
  /** Whether the rows in hand are of one moment. */
  #whole = false
  #late: ReturnType<typeof setTimeout> | null = null

  constructor(
    private readonly client: SocketClient,
    private readonly session_id: string,
    options: WatchOptions,
  ) {
    this.#options = { window: 100, late: 250, refetch: 1000, answer: 20_000, retry: 250, ...options }
    this.#seat = new Seat(client, { session_id })
    this.#growing = new AtTimes(this.#options.refetch, (id) => void this.#fetchGrowing(id))
    const { socket } = client
    socket.onAny(this.#hear)
    socket.on('connect', this.#mend)
    socket.on('disconnect', this.#disconnected)
    socket.on('connect_error', this.#refused)
    if (socket.connected) this.#mend()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close = (): void => this.#end(undefined)

  load_earlier = async (count = this.#options.window): Promise<void> => {
    const { view } = this.#live
    if (!this.#whole || !view?.has_earlier) return
    const ask = this.#ask(this.#connection.signal)
    const recording = this.#live.record()
    try {
      const earlier = await fetchEarlier(this.client, this.session_id, view.from_seq, count, ask)
      await this.#readLog(ask) // the rows may be ahead of the view
      recording.lay(earlier)
      this.#show()
    } finally {
      recording.end()
    }
  }

  readonly #hear = (type: string, row: unknown, at?: { session_id: string; seq: number }): void => {
    if (type === 'messages chunk') this.#grow(row as Chunk)
    else if (type === 'messages grown') this.#hearGrown(row as { session_id: string; message_id: string })
    else if (type === 'head') this.#hearHead(row as { session_id: string; last_seq: number })
    else if (type === 'access revoked')
      this.#hearRevoked(row as { session_ids: string[]; worktree_ids: string[] })
    else if (at?.session_id === this.session_id) {
      this.#hearEvent({ seq: at.seq, type, row: row as LogEvent['row'] })
    }
  }

  #hearEvent(event: LogEvent): void {
    if (event.type === 'sessions removed') {
      this.#end(removed()) // not in the log, which went as well
      return
    }
    this.#live.take(event)
    this.#show()
    this.#awaitLate()
  }

  #hearHead({ session_id, last_seq }: { session_id: string; last_seq: number }): void {
    if (session_id !== this.session_id) return
    this.#live.know(last_seq)
    this.#awaitLate()
    // The last text before a pause may have been lost as well.
    for (const id of this.#live.streaming()) this.#growing.want(id)
  }

  /** Whether some access is left, the daemon says. */
  #hearRevoked({ session_ids, worktree_ids }: { session_ids: string[]; worktree_ids: string[] }): void {
    const worktree_id = this.view?.session.worktree_id ?? ''
    if (session_ids.includes(this.session_id) || worktree_ids.includes(worktree_id)) this.#mend()
  }

  #grow(chunk: Chunk): void {
    if (this.#live.grow(chunk)) this.#growing.want(chunk.message_id)
    this.#show()
  }

  /** By something that is no text: it is not told, and has to be fetched. */
  #hearGrown({ session_id, message_id }: { session_id: string; message_id: string }): void {
    if (session_id === this.session_id) this.#growing.want(message_id)
  }

  async #fetchGrowing(id: string): Promise<void> {
    const { signal } = this.#connection
    const query = { session_id: this.session_id }
    const known = this.#live.message(id)
    try {
      const message = await this.#ask(signal)(this.client.service('messages').get(id, { query }))
      if (this.#live.store(message, known)) this.#growing.want(id)
      this.#show()
    } catch (error) {
      // With the connection back, all that is in the making is fetched; what is gone needs no text.
      if (!signal.aborted && isPassing(error)) this.#growing.want(id)
    }
  }

  /** A missing event may only be late. */
  #awaitLate(): void {
    if (!this.#live.behind) {
      if (this.#late) clearTimeout(this.#late)
      this.#late = null
    } else if (!this.#mending)
      this.#late ??= setTimeout(() => {
        this.#late = null
        if (this.#live.behind) this.#mend()
      }, this.#options.late)
  }

  /** The one way to be whole again, whatever happened: into the room, then to the end of the log. */
  readonly #mend = (): void => {
    if (this.state === 'ended' || !this.client.socket.connected) return
    this.#mendAgain = this.#mending
    if (this.#mending) return
    this.#mending = true
    const { signal } = this.#connection
    this.#become('catching_up')
    persist(() => this.#becomeWhole(this.#ask(signal)), { signal, first: this.#options.retry }).then(
      () => {
        if (signal.aborted) return
        this.#mending = false
        if (this.#mendAgain) return this.#mend()
        this.#become('live')
        this.#awaitLate()
      },
      (error) => {
        if (!signal.aborted) this.#end(error)
      },
    )
  }

  async #becomeWhole(ask: Ask): Promise<void> {
    const { last_seq = 0 } = await ask(this.#seat.join())
    if (!this.#whole) await this.#readRows(ask)
    this.#live.know(last_seq)
    try {
      await this.#readLog(ask)
    } catch (error) {
      if (codeOf(error) !== 'LOG_TRIMMED' && !(error instanceof Unread)) throw error
      this.#whole = false
      throw new Unread()
    }
    this.#whole = true
    for (const id of this.#live.streaming()) this.#growing.want(id)
    this.#show()
  }

  async #readRows(ask: Ask): Promise<void> {
    this.#live.startAnew()
    // The session before its rows: what changes in between is in the log behind its `last_seq`.
    const session = await fetchSession(this.client, this.session_id, ask)
    const window = Math.max(this.#options.window, this.view?.messages.length ?? 0)
    this.#live.lay(await fetchView(this.client, session, window, ask))
  }

  /** @throws LOG_TRIMMED, Unread when the log does not have what is known of */
  async #readLog(ask: Ask): Promise<void> {
    const { head } = this.#live
    for (;;) {
      const query = { session_id: this.session_id, after: this.#live.last }
      const { data, limit } = await ask(this.client.service('session-events').find({ query }))
      for (const { seq, type, data: row } of data) this.#live.take({ seq, type, row: row as LogEvent['row'] })
      this.#show()
      if (data.length < limit) break
    }
    if (this.#live.last < head) throw new Unread()
  }

  /** Fails what is asked once the connection is gone. */
  #ask(signal: AbortSignal): Ask {
    return (call) => answered(call, signal, this.#options.answer)
  }

  readonly #disconnected = (): void => {
    this.#connection.abort()
    this.#connection = new AbortController()
    this.#mending = false
    this.#become('offline')
  }

  readonly #refused = (error: Error): void => {
    const refusal = refusalOf(error)
    if (this.client.socket.active || isPassing(refusal)) this.#become('offline')
    else this.#end(refusal)
  }

  #end(error: unknown): void {
    if (this.state === 'ended') return
    const { socket } = this.client
    socket.offAny(this.#hear)
    socket.off('connect', this.#mend)
    socket.off('disconnect', this.#disconnected)
    socket.off('connect_error', this.#refused)
    this.#seat.leave()
    this.#connection.abort()
    this.#growing.stop()
    if (this.#late) clearTimeout(this.#late)
    this.error = error
    this.#become('ended')
  }

  /** Shows the view, unless it is still to be brought to one moment. */
  #show(): void {
    if (!this.#whole || this.view === this.#live.view || this.state === 'ended') return
    this.view = this.#live.view
    this.#tell()
  }

  #become(state: WatchState): void {
    if (this.state === state) return
    this.state = state
    this.#tell()
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener()
  }
}

/** The log cannot bring the view to the present; the rows must be read anew, if they may still be seen. */
class Unread extends Error {}

const removed = () => new NotFound('The session was removed.', { code: 'NOT_FOUND' })
