import type { SocketClient } from '../connect.js'
import { answered } from './answered.js'

export type Place = { session_id: string } | { worktree_id: string }

interface Room {
  watchers: number
  /** A leaving that is under way: it must not overtake a coming back. */
  leaving: Promise<unknown>
}

/** How many watch what over a client: who closes one watch must not silence another. */
const rooms = new WeakMap<SocketClient, Map<string, Room>>()

const idOf = (place: Place): string => ('session_id' in place ? place.session_id : place.worktree_id)

/** A watcher's seat in a room. Rooms do not outlive a connection: {@link join} again after each. */
export class Seat {
  readonly #id: string
  readonly #rooms: Map<string, Room>
  readonly #room: Room
  #left = false

  constructor(
    private readonly client: SocketClient,
    private readonly place: Place,
  ) {
    this.#id = idOf(place)
    this.#rooms = rooms.get(client) ?? new Map<string, Room>()
    rooms.set(client, this.#rooms)
    this.#room = this.#rooms.get(this.#id) ?? { watchers: 0, leaving: Promise.resolve() }
    this.#rooms.set(this.#id, this.#room)
    this.#room.watchers += 1
  }

  /** @throws what the daemon answers to whoever may not be in there */
  async join(): Promise<{ last_seq?: number }> {
    await this.#room.leaving
    return this.client.service('subscriptions').create(this.place)
  }

  /** The last one out leaves the room. */
  leave(): void {
    if (this.#left) return
    this.#left = true
    this.#room.watchers -= 1
    if (this.#room.watchers === 0) this.#room.leaving = this.#out()
  }

  async #out(): Promise<void> {
    const { socket } = this.client
    if (socket.connected) {
      const gone = new AbortController()
      const abort = () => gone.abort()
      socket.once('disconnect', abort)
      const call = this.client.service('subscriptions').remove(this.#id)
      await answered(call, gone.signal, 5000).catch(() => undefined) // whoever hears on ignores it
      socket.off('disconnect', abort)
    }
    if (this.#room.watchers === 0 && this.#rooms.get(this.#id) === this.#room) this.#rooms.delete(this.#id)
  }
}
