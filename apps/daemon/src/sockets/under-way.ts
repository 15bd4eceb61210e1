import type { Socket } from 'socket.io'

interface Calls {
  open: number
  /** What is done once all of them are answered. */
  onAnswered?: () => void
}
const calls = new WeakMap<Socket, Calls>()

/** Counts a call until it is answered. */
export function countCall(socket: Socket, packet: unknown[]): void {
  const answer = packet.at(-1)
  if (typeof answer !== 'function') return
  const counted = calls.get(socket) ?? { open: 0 }
  calls.set(socket, counted)
  counted.open += 1
  packet[packet.length - 1] = (...args: unknown[]) => {
    answer(...args)
    counted.open -= 1
    if (counted.open === 0) counted.onAnswered?.()
  }
}

/** Closes a socket behind the answers that it waits for: that of the call that put it out is one of them. */
export function closeAnswered(socket: Socket): void {
  const close = () => void socket.disconnect(true)
  const counted = calls.get(socket)
  if (counted && counted.open > 0) counted.onAnswered = close
  else close()
}
