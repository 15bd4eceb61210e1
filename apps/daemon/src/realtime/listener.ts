import { type UserPrincipal, YardmasterError } from '@yardmaster/protocol'
import type { Socket } from 'socket.io'
import { closeAnswered } from '../sockets/under-way.js'
import { rooms } from './publish.js'

/** What can be listened to. */
export type Place = { session_id: string } | { worktree_id: string }

/** Each place costs the look at a changed access a row. */
const MOST_PLACES = 500

const roomOf = (place: Place): string =>
  'session_id' in place ? rooms.session(place.session_id) : rooms.worktree(place.worktree_id)

/**
 * One sign-in of one socket, and all that it hears: what a socket hears is bound to who it is, and ends with that.
 * Rooms are joined and left at once, so that nothing comes between a decision and its doing.
 */
export class SocketListener {
  readonly #places = new Map<string, Place>()
  #over = false
  #endsAt = Number.POSITIVE_INFINITY
  #epoch: number | null

  constructor(
    private readonly socket: Socket,
    readonly principal: UserPrincipal,
    private readonly left: (listener: object, place: Place) => void = () => undefined,
  ) {
    this.#epoch = principal.epoch
    void socket.join(rooms.user(principal.user_id))
  }

  /**
   * It was looked at, and let in.
   *
   * @param epoch the user's by then: an API token has none, and its sockets end with those of the user all the same
   * @param milliseconds until what signed it in runs out; null: never
   */
  letIn(epoch: number, milliseconds: number | null): void {
    this.#epoch ??= epoch
    this.#endsAt = milliseconds === null ? Number.POSITIVE_INFINITY : performance.now() + milliseconds
  }

  /** Null where it was not let in yet. */
  get epoch(): number | null {
    return this.#epoch
  }

  get expired(): boolean {
    return performance.now() >= this.#endsAt
  }

  get places(): Place[] {
    return [...this.#places.values()]
  }

  /** @throws TOO_MANY_SUBSCRIPTIONS */
  join(place: Place): void {
    if (this.#over) return
    const room = roomOf(place)
    if (this.#places.size >= MOST_PLACES && !this.#places.has(room))
      throw new YardmasterError('TOO_MANY_SUBSCRIPTIONS')
    this.#places.set(room, place)
    void this.socket.join(room)
  }

  /** The place as it was joined last, by whichever call; undefined when it is not listened to. */
  heard = (place: Place): Place | undefined => this.#places.get(roomOf(place))

  leave(place: Place): void {
    const room = roomOf(place)
    if (!this.#places.delete(room)) return
    void this.socket.leave(room)
    this.left(this, place)
  }

  /** Leaves those of the places that are still listened to, and says so. */
  putOut(places: Place[]): void {
    // One that was joined anew meanwhile was looked at anew.
    const lost = places.filter((place) => this.heard(place) === place)
    if (lost.length === 0) return
    for (const place of lost) this.leave(place)
    this.socket.emit('access revoked', {
      worktree_ids: lost.flatMap((place) => ('worktree_id' in place ? [place.worktree_id] : [])),
      session_ids: lost.flatMap((place) => ('session_id' in place ? [place.session_id] : [])),
    })
  }

  hearAdmins(is: boolean): void {
    if (this.#over || is === this.socket.rooms.has(rooms.admins)) return
    void (is ? this.socket.join(rooms.admins) : this.socket.leave(rooms.admins))
  }

  /** Another sign-in takes its place, or none. */
  end(): void {
    if (this.#over) return
    this.#over = true
    const places = this.places
    this.#places.clear()
    for (const room of this.socket.rooms) if (room !== this.socket.id) void this.socket.leave(room)
    for (const place of places) this.left(this, place)
  }

  get over(): boolean {
    return this.#over
  }

  /** Hears nothing more, and the socket is closed: who was signed in is let in no more. */
  cut(): void {
    this.end()
    closeAnswered(this.socket)
  }
}

/** What the daemon sees of it. */
export type Listener = Pick<SocketListener, keyof SocketListener>
