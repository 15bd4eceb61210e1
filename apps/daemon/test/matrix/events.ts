import { io, type Socket } from 'socket.io-client'
import type { World } from './world'

/** An event as a client heard it. */
export interface Heard {
  event: string
  said: unknown[]
}

/**
 * Hears all that live events tell of the calls: as a member who may view the worktree and listens to it, to one of its
 * sessions, and as an admin.
 */
export class Ears {
  readonly heard: Heard[] = []
  private readonly sockets: Socket[] = []

  static async open({ yard, shared, member }: World, sessions: string[]): Promise<Ears> {
    const ears = new Ears()
    await ears.listen(yard.url, yard.admin.token, [])
    const rooms = sessions.map((session_id) => ({ session_id }))
    await ears.listen(yard.url, member, [{ worktree_id: shared.worktree }, ...rooms])
    return ears
  }

  close(): void {
    for (const socket of this.sockets) socket.close()
  }

  private async listen(url: string, token: string, rooms: object[]): Promise<void> {
    const socket = io(url, { transports: ['websocket'], forceNew: true, auth: { token } })
    this.sockets.push(socket)
    await new Promise((resolve) => socket.once('connect', () => resolve(null)))
    socket.onAny((event: string, ...said: unknown[]) => this.heard.push({ event, said }))
    for (const room of rooms)
      await new Promise((resolve) => socket.emit('create', 'subscriptions', room, resolve))
  }
}
