import type { Person, Presence, PresenceCreate } from '@yardmaster/protocol'
import type { SocketClient } from '../connect.js'
import { persist } from '../failures.js'
import { answered } from './answered.js'
import { Seat } from './rooms.js'

export type PresenceState = PresenceCreate['state']

/** All are milliseconds. */
export interface PresenceOptions {
  /** Between two sayings of the same, which the daemon forgets after 30 s. Default 10,000. */
  again?: number
  /** For so long somebody types who has said so; then they look. Default 5000. */
  typing?: number
}

export interface PresenceWatch {
  /**
   * Who is at the session, oneself included, by name; nobody while there is no connection. Another array after each
   * change, and only then.
   */
  readonly people: readonly Person[]
  /** Calls the listener after each change of `people`, until the answer is called. */
  subscribe(listener: () => void): () => void
  /**
   * What one does oneself, `looking` at first. `typing` may be said at every key: it is sent once in a while, and is over
   * by itself. `gone` hides one that goes on watching, as in a tab that nobody sees.
   */
  say(state: PresenceState): void
  /** Says that one is gone. */
  close(): void
}

/**
 * Shows who looks at a session and who types, and shows them that one does. It outlives lost connections and restarts of
 * the daemon. Where the session may not be seen (any more), nobody is shown.
 */
export const watchPresence = (
  client: SocketClient,
  session_id: string,
  options: PresenceOptions = {},
): PresenceWatch => new Watch(client, session_id, options)

const NOBODY: readonly Person[] = []
/** Milliseconds that an answer may take. */
const ANSWER = 20_000

class Watch implements PresenceWatch {
  people = NOBODY
  readonly #listeners = new Set<() => void>()
  readonly #seat: Seat
  readonly #typing: number
  readonly #rest: number
  #again: ReturnType<typeof setTimeout> | undefined
  #state: PresenceState = 'looking'
  #typed: ReturnType<typeof setTimeout> | undefined
  /** Aborted when the connection goes, and when the watch ends. */
  #connection = new AbortController()
  /** Says all in its order: an older saying must not come behind a newer one. */
  #saying: Promise<void> | null = null
  #sayAgain = false
  /** Counts what was heard. An answer is older than what came while it was under way. */
  #heard = 0

  constructor(
    private readonly client: SocketClient,
    private readonly session_id: string,
    { again = 10_000, typing = 5_000 }: PresenceOptions,
  ) {
    this.#seat = new Seat(client, { session_id })
    this.#rest = again
    this.#typing = typing
    const { socket } = client
    socket.on('presence changed', this.#hear)
    socket.on('access revoked', this.#tell)
    socket.on('connect', this.#tell)
    socket.on('disconnect', this.#disconnected)
    this.#tell()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  say = (state: PresenceState): void => {
    clearTimeout(this.#typed)
    if (state === 'typing') this.#typed = setTimeout(() => this.say('looking'), this.#typing)
    if (state === this.#state) return
    this.#state = state
    this.#tell()
  }

  close = (): void => {
    const { socket } = this.client
    socket.off('presence changed', this.#hear)
    socket.off('access revoked', this.#tell)
    socket.off('connect', this.#tell)
    socket.off('disconnect', this.#disconnected)
    clearTimeout(this.#again)
    clearTimeout(this.#typed)
    this.#connection.abort()
    // Another watch may keep the room, and with it this one's place.
    if (socket.connected) this.#create('gone').catch(() => undefined)
    this.#seat.leave()
  }

  readonly #tell = (): void => {
    if (!this.client.socket.connected) return
    clearTimeout(this.#again)
    this.#sayAgain = this.#saying !== null
    this.#saying ??= this.#tellNow(this.#connection.signal)
  }

  async #tellNow(signal: AbortSignal): Promise<void> {
    const ask = <T>(call: Promise<T>) => answered(call, signal, ANSWER)
    const call = async () => {
      await ask(this.#seat.join())
      const before = this.#heard
      const now = await ask(this.#create(this.#state))
      return before === this.#heard ? now.people : this.people
    }
    const people = await persist(call, { signal }).catch(() => null)
    if (signal.aborted) return
    this.#saying = null
    this.#show(people ?? NOBODY)
    if (this.#sayAgain) this.#tell()
    // What was refused for good would only be refused again.
    else if (people) this.#again = setTimeout(this.#tell, this.#rest)
  }

  #create(state: PresenceState): Promise<Presence> {
    return this.client.service('presence').create({ session_id: this.session_id, state })
  }

  readonly #hear = ({ session_id, people }: Presence): void => {
    if (session_id !== this.session_id) return
    this.#heard += 1
    this.#show(people)
  }

  readonly #disconnected = (): void => {
    clearTimeout(this.#again)
    this.#connection.abort()
    this.#connection = new AbortController()
    this.#saying = null
    this.#show(NOBODY)
  }

  #show(people: readonly Person[]): void {
    if (JSON.stringify(people) === JSON.stringify(this.people)) return
    this.people = people
    for (const listener of [...this.#listeners]) listener()
  }
}
