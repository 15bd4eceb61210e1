import { feathers } from '@feathersjs/feathers'
import rest from '@feathersjs/rest-client'
import socketio from '@feathersjs/socketio-client'
import { customMethods, customMethodsOf } from '@yardmaster/protocol'
import { io, type Socket } from 'socket.io-client'
import { isPassing, refusalOf } from './failures.js'
import type { Services } from './services.js'

const defaults = ['find', 'get', 'create', 'patch', 'remove']

export interface Client {
  service<Name extends keyof Services>(name: Name): Services[Name]
}

export interface SocketClient extends Client {
  socket: Socket
  close(): void
}

interface Connection {
  service(name: string): object
}

/** A Feathers client whose services know their custom methods. */
function withServices(transport: object): Client {
  const app = feathers()
  app.configure(transport as Parameters<typeof app.configure>[0])
  for (const name of Object.keys(customMethods)) {
    const make = (app as unknown as { defaultService: (name: string) => object }).defaultService
    app.use(name, make(name) as never, { methods: [...defaults, ...customMethodsOf(name)] })
  }
  return app as unknown as Connection as Client
}

/**
 * The daemon's services over REST.
 *
 * @param url base of the daemon, like `http://127.0.0.1:3030`
 * @param token sent as Bearer, unless null
 * @param signal ends every call under way
 */
export function connectRest(url: string, token: string | null = null, signal?: AbortSignal): Client {
  const headers: Record<string, string> = token ? { Authorization: `Bearer ${token}` } : {}
  const call: typeof fetch = (input, init) => fetch(input, signal ? { ...init, signal } : init)
  return withServices(rest.default(url.replace(/\/$/, '')).fetch(call, { headers }))
}

/** Before a socket that the daemon ended, or did not let in for now, tries again. Milliseconds. */
const RETRY = 1000

/**
 * The daemon's services over socket.io, live events included. The token goes with the handshake, so that a
 * reconnect is signed in from its first moment. Rooms do not survive a reconnect: subscribe again on `connect`.
 *
 * A lost connection is made again until {@link SocketClient.close}, also where the daemon ended it, as it does when it
 * stops. Only a refusal for good, like that of a token, is final: it is told by `connect_error`.
 */
export function connectSocket(url: string, token: string): SocketClient {
  const socket = io(url, { transports: ['websocket'], auth: { token } })
  const client = withServices(socketio.default(socket as never)) as SocketClient
  let later: ReturnType<typeof setTimeout> | undefined
  const retry = () => {
    clearTimeout(later)
    later = setTimeout(() => socket.connect(), RETRY)
  }
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') retry()
  })
  socket.on('connect_error', (error) => {
    if (!socket.active && isPassing(refusalOf(error))) retry()
  })
  client.socket = socket
  client.close = () => {
    clearTimeout(later)
    socket.close()
  }
  return client
}
