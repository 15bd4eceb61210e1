import { createAdapter } from '@socket.io/redis-streams-adapter'
import type { Namespace } from 'socket.io'
import type { Log } from '../yard.js'
import { type Bus, longestRead } from './bus.js'
import type { Deliver } from './siblings.js'

/** Entries that the stream keeps for daemons that are behind. Who is further behind finds gaps, and reads the log. */
const KEPT = 2_000

// Those of socket.io's own messages between daemons that ours send over the stream.
const BROADCAST = 3
const DISCONNECT = 6

interface Options {
  rooms: Set<string>
  except?: Set<string>
  flags?: { local?: boolean }
}
interface Packet {
  type: number
  data: unknown[]
}

/** What is used of an adapter; its types keep most of it to itself. */
interface ClusterAdapter {
  broadcast(packet: Packet, options: Options): void
  disconnectSockets(options: Options, close: boolean): void
  publish(message: object): void
  onRawMessage(entry: unknown, offset: string): void
  onMessage(message: unknown, offset?: string): void
}

/**
 * The adapter that lets rooms reach across daemons, with two of its habits changed. Of itself it
 *
 * - emits to this daemon's sockets, and closes them, only once Redis has answered: while Redis hangs, nobody would hear of anything. Here
 *   our own sockets come first, and the others are told without waiting.
 * - reads an entry of the stream that it trips over again and again, and nothing behind it; and one that names no room it
 *   sends to everybody. Here what is not ours is left out.
 */
export function acrossDaemons(
  { redis }: Bus,
  stream: string,
  deliver: Deliver,
  log: Log,
): (namespace: Namespace) => unknown {
  const make = createAdapter(redis, {
    streamName: stream,
    channelPrefix: stream,
    maxLen: KEPT,
    blockTimeInMs: longestRead,
  }) as unknown as (namespace: Namespace) => ClusterAdapter
  // No arrow: socket.io calls it by `new`.
  return function across(namespace) {
    const adapter = make(namespace)
    hereFirst(adapter)
    leaveOutWhatIsNotOurs(adapter, deliver, log)
    return adapter
  }
}

function hereFirst(adapter: ClusterAdapter): void {
  const { broadcast, disconnectSockets } = adapter
  adapter.broadcast = (packet, options) => {
    broadcast.call(adapter, packet, onlyHere(options))
    if (!options.flags?.local) adapter.publish({ type: BROADCAST, data: { packet, opts: crossing(options) } })
  }
  adapter.disconnectSockets = (options, close) => {
    disconnectSockets.call(adapter, onlyHere(options), close)
    if (!options.flags?.local) adapter.publish({ type: DISCONNECT, data: { opts: crossing(options), close } })
  }
}

const onlyHere = (options: Options): Options => ({ ...options, flags: { ...options.flags, local: true } })

/** As it is written into the stream. */
const crossing = ({ rooms, except = new Set(), flags }: Options) => ({
  rooms: [...rooms],
  except: [...except],
  flags,
})

function leaveOutWhatIsNotOurs(adapter: ClusterAdapter, deliver: Deliver, log: Log): void {
  let said = false
  const leaveOut = (why: string) => {
    // Once: there may be many, and they are nothing that anybody here can mend.
    if (!said)
      log.warn(`What Redis delivers is not all from daemons of this database, and is left out: ${why}`)
    said = true
  }
  const { onMessage, onRawMessage } = adapter
  const carefully = (act: () => void) => {
    try {
      act()
    } catch (error) {
      leaveOut((error as Error).message)
    }
  }
  adapter.onMessage = (message, offset) => {
    const take = () => carefully(() => onMessage.call(adapter, message, offset))
    if (!isOurs(message)) leaveOut('a message of another form')
    // The other daemon has looked who may hear it in its own rooms alone.
    else if ((message as { type: number }).type === BROADCAST) deliver(take)
    else take()
  }
  adapter.onRawMessage = (entry, offset) => carefully(() => onRawMessage.call(adapter, entry, offset))
}

/** Whether a message has the form that ours have: what is emitted names its rooms. */
function isOurs(message: unknown): boolean {
  const { type, data } = message as { type: number; data?: { opts?: { rooms?: unknown }; packet?: Packet } }
  if (type !== BROADCAST && type !== DISCONNECT) return true
  const rooms = data?.opts?.rooms
  if (!Array.isArray(rooms) || rooms.length === 0 || !rooms.every((room) => typeof room === 'string'))
    return false
  const packet = data?.packet
  return type === DISCONNECT || (Array.isArray(packet?.data) && typeof packet.data[0] === 'string')
}
