import type { Server as HttpServer } from 'node:http'
import { getServiceOptions } from '@feathersjs/feathers'
import socketio from '@feathersjs/socketio'
import { YardmasterError } from '@yardmaster/protocol'
import { loadCaller } from '@yardmaster/store'
import type { Server, Socket } from 'socket.io'
import { addressOf } from '../door/address.js'
import { allowRequest } from '../door/origin.js'
import { answer, codeFailure } from '../errors/answer.js'
import { letIn } from '../hooks/load-session-worktree.js'
import { principalOf } from '../sign-in/tokens.js'
import { closeServer } from '../start/listen.js'
import type { App, Yard } from '../yard.js'
import { countCall } from './under-way.js'

const sockets = new WeakMap<object, Socket>()

/** The socket behind a call's connection; undefined for a call over REST. */
export const socketOf = (connection: unknown): Socket | undefined =>
  connection && typeof connection === 'object' ? sockets.get(connection) : undefined

interface FeathersSocket extends Socket {
  feathers?: {
    provider?: string
    address?: string | null
    authentication?: { strategy: string; accessToken: string }
  }
}

/** Puts socket.io in place: signed in with the handshake, every packet looked at before Feathers sees it. */
export function serveSockets(app: App, yard: Yard): void {
  app.configure(
    socketio(
      // Connection state recovery stays off: a recovered socket skips the middleware below, and its calls would
      // have no provider.
      {
        maxHttpBufferSize: 1_048_576 + 16_384,
        serveClient: false,
        allowRequest: allowRequest(yard),
        pingInterval: yard.pace.ping,
        pingTimeout: (yard.pace.ping * 4) / 5,
      },
      (io) => {
        yard.siblings.join(io, (emit) => yard.access.tell(0, emit))
        io.use((socket: FeathersSocket, next) => {
          if (socket.feathers) sockets.set(socket.feathers, socket)
          void signIn(yard, socket, next)
        })
        io.on('connection', (socket: FeathersSocket) => {
          if (!socket.feathers) {
            // Feathers is told that it went, and trips over a connection that is none.
            socket.feathers = { provider: 'socketio' }
            socket.disconnect(true)
            return
          }
          socket.use((packet, next) => {
            countCall(socket, packet)
            checkPacket(app, packet, next)
          })
        })
      },
    ),
  )
}

async function signIn(yard: Yard, socket: FeathersSocket, next: (error?: Error) => void): Promise<void> {
  const { address, headers, auth } = socket.handshake
  if (socket.feathers) socket.feathers.address = addressOf(yard.settings, address, headers)
  const gone = () => yard.listeners.end(socket)
  // One that goes before it is let in never tells that it disconnected.
  socket.conn.once('close', gone)
  socket.once('disconnect', gone)
  const shown: unknown = auth.token ?? socket.feathers?.authentication?.accessToken
  if (shown === undefined) return next()
  try {
    if (typeof shown !== 'string') throw new YardmasterError('NOT_AUTHENTICATED')
    await signInOn(yard, socket, shown)
    if (socket.feathers) socket.feathers.authentication = { strategy: 'jwt', accessToken: shown }
    next()
  } catch (error) {
    const refusal = codeFailure(error, (unforeseen) => yard.log.error('A handshake failed', unforeseen))
    yard.audit.refuseUnknown(refusal.code)
    const failure = answer(refusal)
    next(Object.assign(new Error(failure.message), { data: failure.toJSON() }))
  }
}

/**
 * From now on the socket hears what is for whoever the token signs in, and nothing of what was for anybody before.
 * It listens first and is looked at then, so that a change of access in between finds it. Machines sign in too, and
 * hear nothing but their answers.
 *
 * @throws NOT_AUTHENTICATED; then nobody is signed in on it
 */
export async function signInOn(yard: Yard, socket: Socket, token: string): Promise<void> {
  yard.listeners.end(socket)
  const payload = yard.tokens.verify(token)
  const principal = principalOf(payload)
  const listener = principal.kind === 'user' ? yard.listeners.begin(socket, principal) : undefined
  const look = async () => {
    const caller = await loadCaller(yard.db, principal)
    letIn(principal, caller)
    const { user, token: api } = caller
    const left = api ? api.expires_in : (payload.exp ?? 0) * 1000 - Date.now()
    if (user) listener?.letIn(user.epoch, left)
    return user?.role === 'admin'
  }
  try {
    if (!(await look()) || !listener) return
    // What admins hear is for nobody else, not even for as long as a look takes.
    listener.hearAdmins(true)
    if (!(await look())) listener.hearAdmins(false)
  } catch (error) {
    if (yard.listeners.of(socket) === listener) yard.listeners.end(socket)
    throw error
  }
}

/**
 * Answers what no service would: Feathers' own refusals of unknown paths and methods carry no code, and a packet of
 * another shape would throw.
 */
function checkPacket(app: App, packet: unknown[], next: (error?: Error) => void): void {
  const refusal = whyRefused(app, packet)
  const acknowledge = packet.at(-1)
  if (!refusal) next()
  else if (typeof acknowledge === 'function') acknowledge(answer(refusal).toJSON())
}

function whyRefused(app: App, [method, path, ...rest]: unknown[]): YardmasterError | null {
  if (typeof method !== 'string' || typeof path !== 'string')
    return new YardmasterError('INVALID', 'Name a method and a service.')
  const service = Object.hasOwn(app.services, path) ? app.services[path as never] : undefined
  if (!service) return new YardmasterError('NO_SUCH_ROUTE')
  if (!getServiceOptions(service).methods?.includes(method)) return new YardmasterError('METHOD_NOT_ALLOWED')
  const given = rest.filter((argument) => typeof argument !== 'function')
  const most = method === 'find' ? 1 : method === 'patch' ? 3 : 2
  if (given.length > most) return new YardmasterError('INVALID', `Too many arguments for ${method}.`)
  // Feathers copies the query into an object of its own, whose prototype this key would become.
  return given.some((argument) => argument instanceof Object && Object.hasOwn(argument, '__proto__'))
    ? new YardmasterError('INVALID', 'The call has a key that no field can have.')
    : null
}

/**
 * Ends every socket and refuses new ones, and the server with them: socket.io waits for all of its connections, also for
 * those that browsers open ahead and say nothing on.
 */
export async function closeSockets(app: App, server: HttpServer): Promise<void> {
  const { io } = app as unknown as { io?: Server }
  await Promise.all([io?.close(), closeServer(server)])
}
