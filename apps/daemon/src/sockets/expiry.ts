import type { Socket } from 'socket.io'

const timers = new WeakMap<Socket, NodeJS.Timeout>()

// A longer timer fires at once.
const LONGEST = 2 ** 31 - 1

/**
 * Closes a socket when what signed it in is over. Its calls are refused then in any case; this ends what it hears.
 *
 * @param milliseconds null: never; beyond 24 days it is closed then, and may come again
 */
export function closeAfter(socket: Socket, milliseconds: number | null): void {
  clearTimeout(timers.get(socket))
  if (milliseconds === null) return
  const timer = setTimeout(
    () => socket.disconnect(true),
    Math.min(Math.max(milliseconds, 0), LONGEST),
  ).unref()
  timers.set(socket, timer)
  socket.once('disconnect', () => clearTimeout(timer))
}
