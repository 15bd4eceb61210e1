import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ErrorCode, errorTable, type Message } from '@yardmaster/protocol'

// A peer for tests of the executor alone: it takes just the calls that an executor makes, and remembers them. What the
// daemon makes of them (fence, lease, access, schema) is tested against the real daemon, in its own tests.

export const TOKEN = 'executor-token-of-the-test'

export interface Call {
  method: string
  /** Like `PATCH tasks`, `POST messages`, `POST messages.chunk`. */
  name: string
  id: string | null
  body: Record<string, unknown>
}

export interface Request {
  id: string
  client_id: string
  tool_call: { title: string; kind: string }
  options: { option_id: string; kind: string }[]
  status: string
  option_id: string | null
}

export class RecordingDaemon {
  readonly calls: Call[] = []
  readonly messages: Message[] = []
  readonly requests: Request[] = []
  readonly reported: Record<string, unknown> = {}
  /** Answers a call with a code of the error table, or loses the answer to a call that it took. Null lets it pass. */
  refuse: (call: Call) => ErrorCode | 'lose' | null = () => null
  readonly #changes = new EventEmitter().setMaxListeners(0)
  #server: Server | null = null
  #port = 0

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.#serve(request, response))
    server.listen(this.#port, '127.0.0.1')
    await once(server, 'listening')
    this.#port = (server.address() as AddressInfo).port
    this.#server = server
    return this
  }

  /** Gone, as after kill -9: connections break, the port refuses. What is stored stays. */
  async stop(): Promise<void> {
    this.#server?.closeAllConnections()
    const closed = new Promise((resolve) => this.#server?.close(resolve) ?? resolve(null))
    this.#server = null
    await closed
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Resolves with what the look finds, as soon as it finds something. */
  async until<T>(look: () => T | undefined | null | false): Promise<T> {
    for (;;) {
      const found = look()
      if (found) return found
      await once(this.#changes, 'change')
    }
  }

  named(name: string): Call[] {
    return this.calls.filter((call) => call.name === name)
  }

  /** The task patch with this status, undefined if there was none. */
  patched(status: string): Record<string, unknown> | undefined {
    return this.named('PATCH tasks').find(({ body }) => body.status === status)?.body
  }

  /** All text of the messages of a type, in order, each as one string. */
  texts(type: string): string[] {
    const blocks = this.messages.filter((message) => message.type === type).map(({ content }) => content)
    return blocks.map((content) => content.map((block) => ('text' in block ? block.text : '')).join(''))
  }

  decide(request: Request, optionKind: string): void {
    request.option_id = request.options.find(({ kind }) => kind === optionKind)?.option_id ?? null
    request.status = 'selected'
    this.#changes.emit('change')
  }

  expire(request: Request): void {
    request.status = 'expired'
    this.#changes.emit('change')
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Null where the connection broke in the middle of the call.
    const call = await callOf(request).catch(() => null)
    if (!call) return
    const answer = (status: number, body: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const signedIn = request.headers.authorization === `Bearer ${TOKEN}`
    const refusal = signedIn ? this.refuse(call) : 'NOT_AUTHENTICATED'
    this.calls.push(call)
    if (refusal === null || refusal === 'lose') {
      const taken = await this.#take(call)
      if (refusal === null) answer(200, taken)
    } else {
      const { status, message } = errorTable[refusal]
      answer(status, {
        name: 'Refused',
        message,
        code: status,
        className: 'refused',
        data: { code: refusal },
      })
    }
    this.#changes.emit('change')
  }

  async #take({ name, id, body }: Call): Promise<unknown> {
    switch (name) {
      case 'POST messages': {
        const known = this.messages.find(({ client_id }) => client_id === body.client_id)
        if (known) return known
        const message = { id: `message-${this.messages.length}`, ...body } as unknown as Message
        this.messages.push(message)
        return message
      }
      case 'PATCH messages':
        return Object.assign(this.messages.find((message) => message.id === id) ?? {}, body)
      case 'POST permission-requests': {
        const request = { id: `request-${this.requests.length}`, status: 'pending', option_id: null, ...body }
        this.requests.push(request as unknown as Request)
        return request
      }
      case 'GET permission-requests':
        return this.until(() =>
          this.requests.find((request) => request.id === id && request.status !== 'pending'),
        )
      case 'POST sessions.report':
        return Object.assign(this.reported, body)
      default:
        return { id }
    }
  }
}

async function callOf(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const text = Buffer.concat(parts).toString('utf8')
  const [, service, id = null] = (request.url ?? '').split('?')[0]!.split('/')
  const custom = request.headers['x-service-method']
  const method = request.method ?? ''
  return {
    method,
    name: `${method} ${service}${custom ? `.${custom}` : ''}`,
    id,
    body: text ? JSON.parse(text) : {},
  }
}
