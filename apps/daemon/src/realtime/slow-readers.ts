import type { Server } from 'socket.io'
import type { App, Yard } from '../yard.js'

/** Bytes that may wait for a socket. Above, it has to be getting fewer. */
const FULL = 4 * 1_048_576
/** Bytes at which nothing helps any more. */
const OVERFULL = 4 * FULL
/** Looks that a socket above the bound may do without reading. */
const PATIENCE = 5

/** What the transports of engine.io have in common with what is looked at here; `socket` is that of a WebSocket. */
interface Connection {
  writeBuffer: { data?: { length: number } }[]
  transport: { socket?: { bufferedAmount: number; terminate(): void } }
  close(discard: boolean): void
}

function waiting({ writeBuffer, transport }: Connection): number {
  let bytes = transport.socket?.bufferedAmount ?? 0
  for (const { data } of writeBuffer) bytes += data?.length ?? 0
  return bytes
}

// A farewell would wait behind all that is not read.
function cut(connection: Connection): void {
  if (connection.transport.socket) connection.transport.socket.terminate()
  else connection.close(true)
}

/**
 * Cuts sockets that do not read what they are sent: the memory they hold is bounded, nobody else waits for them, and
 * they catch up from the log when they come back. Returns how to stop.
 */
export function beginCuttingSlowReaders(app: App, { pace, log }: Yard): () => Promise<void> {
  let full = new Map<Connection, { bytes: number; looks: number }>()
  const look = () => {
    const { io } = app as unknown as { io: Server }
    const before = full
    full = new Map()
    for (const connection of Object.values(
      (io.engine as unknown as { clients: Record<string, Connection> }).clients,
    )) {
      const bytes = waiting(connection)
      if (bytes <= FULL) continue
      const last = before.get(connection)
      const looks = last && bytes >= last.bytes ? last.looks + 1 : 0
      if (bytes < OVERFULL && looks < PATIENCE) full.set(connection, { bytes, looks })
      else {
        log.warn(`A socket that does not read was cut; ${bytes} bytes were waiting for it.`)
        cut(connection)
      }
    }
  }
  const timer = setInterval(look, pace.slow)
  return async () => clearInterval(timer)
}
