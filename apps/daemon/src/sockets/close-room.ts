import type { Server, Socket } from 'socket.io'
import type { App } from '../yard.js'
import { leaveRooms, socketOf } from './sockets.js'

/**
 * Closes the sockets in a room, on every daemon: those of a user whose sign-ins have ended, or of a token that was
 * revoked. Calls of theirs are refused already, by the rows.
 *
 * @param connection of the call that ended them, whose own socket shall still get its answer
 */
export function closeRoom(app: App, room: string, connection: unknown): void {
  const { io } = app as unknown as { io?: Server }
  const own = socketOf(connection)
  if (own?.rooms.has(room)) closeWithAnswer(own)
  io?.in(room).disconnectSockets(true)
}

/** Out of its rooms and nobody's at once; closed when the next packet, its answer, has been written. */
function closeWithAnswer(socket: Socket): void {
  leaveRooms(socket)
  delete (socket as { feathers?: { authentication?: unknown } }).feathers?.authentication
  const close = ({ type }: { type: string }): void => {
    if (type !== 'message') return
    socket.conn.off('packetCreate', close)
    setImmediate(() => socket.disconnect(true))
  }
  socket.conn.on('packetCreate', close)
}
