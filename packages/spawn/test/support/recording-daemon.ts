import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ErrorCode, errorTable, type Run } from '@yardmaster/protocol'

// Stands in for the daemon at this level only: it records which calls a runtime makes, in which order, and
// answers as told. What the real daemon makes of them is held by the end-to-end tests that come with it.

export interface Call {
  /** `register`, `heartbeat`, `claim`, or `end` for a patched task. */
  action: string
  path: string
  token: string
  // biome-ignore lint/suspicious/noExplicitAny: a body is whatever came
  body: any
}
export interface Answer {
  status: number
  body: object
}

export class RecordingDaemon {
  readonly calls: Call[] = []
  /** What claims answer, one list after the other; empty ones when it is used up. */
  readonly assignments: object[][] = []
  /** What heartbeats answer. */
  orders: { stop: Run[]; gone: Run[]; removed?: string[] } = { stop: [], gone: [] }
  /** Decides a call before anything else does; null leaves it to the usual answer, `'cut'` ends the connection. */
  decide: (call: Call) => Answer | 'cut' | null = () => null
  #server: Server | null = null
  #forgotten: string | null = null
  #waiting: { matches: (call: Call) => boolean; resolve: (call: Call) => void }[] = []

  #port = 0

  /** @param away leaves its port without a listener */
  static async start({ away = false } = {}): Promise<RecordingDaemon> {
    const daemon = new RecordingDaemon()
    await daemon.#listen()
    if (away) await daemon.close()
    return daemon
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  async #listen(): Promise<void> {
    const server = createServer(async (request, response) => {
      // Null of a caller that was closed, or killed, in the middle of its call.
      const call = await read(request).catch(() => null)
      if (!call) return
      if (call.body?.boot_id === this.#forgotten) return void request.socket.destroy()
      this.calls.push(call)
      const answer = this.decide(call) ?? this.#usual(call)
      for (const waiting of this.#waiting.filter(({ matches }) => matches(call))) waiting.resolve(call)
      if (answer === 'cut') return void request.socket.destroy()
      response.writeHead(answer.status, { 'Content-Type': 'application/json' })
      response.end(JSON.stringify(answer.body))
    })
    this.#server = server
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    this.#port = (server.address() as AddressInfo).port
  }

  async close(): Promise<void> {
    const server = this.#server
    if (!server) return
    this.#server = null
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  /** Drops what was recorded, and from now on everything of a boot. */
  forget(boot_id: string): void {
    this.#forgotten = boot_id
    this.calls.length = 0
  }

  actions(): string[] {
    return this.calls.map(({ action }) => action)
  }

  endings(): Call[] {
    return this.calls.filter(({ action }) => action === 'end')
  }

  /** The first call from now on, or of all if `past`, that matches. */
  call(matches: (call: Call) => boolean, { past = true } = {}): Promise<Call> {
    const found = past && this.calls.find(matches)
    if (found) return Promise.resolve(found)
    return new Promise((resolve) => this.#waiting.push({ matches, resolve }))
  }

  ending(status: string): Promise<Call> {
    return this.call(({ action, body }) => action === 'end' && body.status === status)
  }

  #usual({ action }: Call): Answer {
    if (action === 'heartbeat') return { status: 200, body: this.orders }
    if (action === 'claim') return { status: 200, body: { runs: this.assignments.shift() ?? [] } }
    return { status: 200, body: {} }
  }
}

/** An error as the daemon answers it. */
export function refusal(code: ErrorCode): Answer {
  const { status, message } = errorTable[code]
  return { status, body: { name: 'Refusal', message, code: status, className: 'refusal', data: { code } } }
}

async function read(request: IncomingMessage): Promise<Call> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const body = JSON.parse(Buffer.concat(parts).toString() || 'null')
  const method = request.headers['x-service-method']
  const action = request.method === 'PATCH' ? 'end' : String(method)
  return { action, path: request.url ?? '', token: request.headers.authorization ?? '', body }
}
