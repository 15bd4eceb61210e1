import { once } from 'node:events'
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
  request as send,
} from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** One call of the runtime or of an executor, and the daemon's answer once there is one. */
export interface Call {
  method: string
  path: string
  /** The custom method of a service, which the client names in a header. */
  custom: string | undefined
  body: string
  status: number | null
  answer: string
}

type Side = 'request' | 'answer'

/** A call that is kept from going on, or its answer from coming back. */
export class Hold {
  readonly reached: Promise<Call>
  readonly released: Promise<void>
  reach!: (call: Call) => void
  release!: () => void

  constructor(
    readonly side: Side,
    readonly isIt: (call: Call) => boolean,
  ) {
    this.reached = new Promise((resolve) => {
      this.reach = resolve
    })
    this.released = new Promise((resolve) => {
      this.release = resolve
    })
  }
}

/** Stands between the daemon and those that call it from its own host, and outlives both. */
export class Relay {
  /** Calls whose answer was handed on, in that order: what their callers may take for stored. */
  readonly answered: Call[] = []
  readonly #server = createServer((request, response) => void this.#serve(request, response))
  readonly #holds = new Set<Hold>()

  private constructor(private readonly port: number) {}

  /** @param port of the daemon on this host */
  static async open(port: number): Promise<Relay> {
    const relay = new Relay(port)
    await new Promise<void>((resolve) => relay.#server.listen(0, '127.0.0.1', resolve))
    return relay
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Holds the first call that is meant; all others pass. */
  hold(side: Side, isIt: (call: Call) => boolean): Hold {
    const hold = new Hold(side, isIt)
    this.#holds.add(hold)
    return hold
  }

  /** What happens to connections when the daemon at their other end dies. */
  sever(): void {
    this.#holds.clear()
    this.#server.closeAllConnections()
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.sever()
    await closed
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request
    const custom = headers['x-service-method'] as string | undefined
    try {
      const call: Call = { method, path, custom, body: await text(request), status: null, answer: '' }
      await this.#pass('request', call)
      // Whoever called is gone, and the call with it.
      if (response.destroyed) return
      const { status, answer, ...back } = await this.#ask(headers, response, call)
      Object.assign(call, { status, answer })
      await this.#pass('answer', call)
      if (response.destroyed) return
      response.writeHead(status, back.headers)
      response.end(answer)
      await once(response, 'finish')
      this.answered.push(call)
    } catch {
      response.destroy()
    }
  }

  async #pass(side: Side, call: Call): Promise<void> {
    const hold = [...this.#holds].find((one) => one.side === side && one.isIt(call))
    if (!hold) return
    this.#holds.delete(hold)
    hold.reach(call)
    await hold.released
  }

  async #ask(headers: IncomingHttpHeaders, response: ServerResponse, { method, path, body }: Call) {
    const { 'accept-encoding': _, 'transfer-encoding': __, connection: ___, ...kept } = headers
    const asked = send({
      host: '127.0.0.1',
      port: this.port,
      method,
      path,
      agent: false,
      headers: { ...kept, 'content-length': Buffer.byteLength(body) },
    })
    response.once('close', () => asked.destroy())
    const came = once(asked, 'response') as Promise<[IncomingMessage]>
    asked.end(body)
    const [answered] = await came
    const answer = await text(answered)
    const { 'transfer-encoding': ____, connection: _____, ...headersBack } = answered.headers
    return {
      status: answered.statusCode!,
      headers: { ...headersBack, 'content-length': Buffer.byteLength(answer) },
      answer,
    }
  }
}
