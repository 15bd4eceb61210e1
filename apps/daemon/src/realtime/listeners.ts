import type { UserPrincipal } from '@yardmaster/protocol'
import type { Socket } from 'socket.io'
import { type Listener, type Place, SocketListener } from './listener.js'

/** Who listens on this daemon. A socket that nobody signed in on is not among them, and hears nothing. */
export class Listeners {
  readonly #of = new Map<Socket, Listener>()

  /** @param left hears of each place that a listener hears no more, for whatever reason, once it is out of the room */
  constructor(private readonly left?: (listener: object, place: Place) => void) {}

  /** Ends what was signed in on this socket before. */
  begin(socket: Socket, principal: UserPrincipal): Listener {
    this.end(socket)
    const listener = new SocketListener(socket, principal, this.left)
    this.#of.set(socket, listener)
    return listener
  }

  /** Nobody is signed in on the socket any more, or it is gone. */
  end(socket: Socket): void {
    this.#of.get(socket)?.end()
    this.#of.delete(socket)
  }

  of = (socket: Socket): Listener | undefined => this.#of.get(socket)

  all = (): Listener[] => [...this.#of.values()].filter(({ over }) => !over)
}
