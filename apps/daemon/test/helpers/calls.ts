import { customMethods, customPath } from '@yardmaster/protocol'
import { io, type Socket } from 'socket.io-client'

/** A service call as both transports can say it. */
export interface Call {
  path: string
  method: string
  id?: unknown
  data?: unknown
  query?: unknown
}

/** What came back over the wire. Sockets have no statuses for what went well: the one that REST would give stands in. */
export interface Answer {
  status: number
  // Tests look into answers of every service.
  body: ReturnType<typeof JSON.parse>
}

export interface Transport {
  call(token: string | null, call: Call): Promise<Answer>
  close(): void
}

export const transports = ['REST', 'socket.io'] as const

export const openTransport = (name: (typeof transports)[number], url: string): Transport =>
  name === 'REST' ? restTransport(url) : socketTransport(url)

type Custom = Record<string, Record<string, { verb: string; status: number }>>

const customOf = ({ path, method }: Call) => (customMethods as Custom)[path]?.[method]

function restTransport(url: string): Transport {
  const verbs: Record<string, string> = { create: 'POST', patch: 'PATCH', remove: 'DELETE', update: 'PUT' }
  return {
    async call(token, call) {
      const custom = customOf(call)
      const { id, ...given } = (custom ? call.data : { id: call.id }) as Record<string, unknown>
      const verb = custom?.verb ?? verbs[call.method] ?? 'GET'
      const named = id === undefined || id === null ? '' : encodeURIComponent(String(id))
      const path = custom ? customPath(call.path, call.method, named) : `/${call.path}${named && `/${named}`}`
      const query = custom && verb === 'GET' ? given : call.query
      const body = custom ? given : call.data
      const answer = await fetch(`${url}${path}${queryText(query)}`, {
        method: verb,
        headers: {
          ...(token ? { authorization: `Bearer ${token}` } : {}),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined || verb === 'GET' ? {} : { body: JSON.stringify(body) }),
      })
      return readAnswer(answer)
    },
    close: () => undefined,
  }
}

export async function readAnswer(answer: Response): Promise<Answer> {
  const text = await answer.text()
  if (!answer.headers.get('content-type')?.startsWith('application/json'))
    return { status: answer.status, body: text }
  return { status: answer.status, body: text ? JSON.parse(text) : null }
}

/** Brackets for what lies in objects and lists, as browsers and Feathers' client write it. */
export function queryText(query: unknown): string {
  const pairs: string[] = []
  const add = (name: string, value: unknown): void => {
    if (value !== null && typeof value === 'object')
      for (const [key, item] of Object.entries(value)) add(name ? `${name}[${key}]` : key, item)
    else pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(value === null ? '' : String(value))}`)
  }
  add('', query ?? {})
  return pairs.length > 0 ? `?${pairs.join('&')}` : ''
}

function socketTransport(url: string): Transport {
  const sockets = new Map<string | null, Socket>()
  const socketOf = (token: string | null): Socket => {
    const socket =
      sockets.get(token) ??
      io(url, { transports: ['websocket'], forceNew: true, ...(token ? { auth: { token } } : {}) })
    sockets.set(token, socket)
    // Refused at the door, or closed by the daemon, it would keep later calls for ever.
    for (const end of ['connect_error', 'disconnect'] as const)
      socket.once(end, () => {
        sockets.delete(token)
        socket.close()
      })
    return socket
  }
  return {
    async call(token, call) {
      const { path, method, id = null, data, query = {} } = call
      const custom = customOf(call)
      const args = custom
        ? [data]
        : ({ find: [query], create: [data, query], patch: [id, data, query], update: [id, data, query] }[
            method
          ] ?? [id, query])
      const [error, result] = await emit(socketOf(token), method, path, ...args)
      // It was being closed while the call was on its way; a new one tells whether it is let in.
      if (error === closed) return this.call(token, call)
      if (error) return { status: error.code, body: error }
      return { status: custom?.status ?? (method === 'create' ? 201 : 200), body: result }
    },
    close() {
      for (const socket of sockets.values()) socket.close()
    },
  }
}

/** In the place of an answer, where the daemon closed the socket without one. */
export const closed = 'closed by the daemon'

/** Sends a packet as it is and waits for its acknowledgement, or for the refusal of the handshake. */
export const emit = (socket: Socket, ...packet: unknown[]): Promise<[Answer['body'], Answer['body']]> =>
  new Promise((resolve) => {
    socket.once('connect_error', (error) =>
      resolve([(error as Error & { data?: unknown }).data ?? error, null]),
    )
    socket.once('disconnect', () => resolve([closed, null]))
    socket.emit(...(packet as [string]), (error: unknown, result: unknown) => resolve([error, result]))
  })
