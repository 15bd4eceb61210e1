import { createServer, type Server as HttpServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server, type Socket } from 'socket.io'
import { type Socket as ClientSocket, io } from 'socket.io-client'

/** How often of 100 packets each fault meets one. */
export interface Faults {
  drop: number
  delay: number
  twice: number
  cut: number
}

export const none: Faults = { drop: 0, delay: 0, twice: 0, cut: 0 }

/**
 * Stands between clients and a daemon, each with a real socket of its own, and does to packets what networks do:
 * both ways, calls, answers and events alike.
 */
export class FaultyRelay {
  faults: Faults = none
  /** What was done to packets, by fault. */
  readonly done: Faults = { ...none }
  readonly #http: HttpServer
  readonly #io: Server
  readonly #pairs = new Set<[Socket, ClientSocket]>()

  private constructor(
    private readonly daemon: string,
    private readonly random: () => number,
  ) {
    this.#http = createServer()
    this.#io = new Server(this.#http, { serveClient: false, transports: ['websocket'] })
    this.#io.on('connection', (front) => this.#pair(front))
  }

  /**
   * @param daemon its url
   * @param random from 0 to 1, the source of all faults
   */
  static async open(daemon: string, random: () => number): Promise<FaultyRelay> {
    const relay = new FaultyRelay(daemon, random)
    await new Promise<void>((resolve) => relay.#http.listen(0, '127.0.0.1', resolve))
    return relay
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`
  }

  /** Ends every connection, as a network does that goes away. */
  cut(): void {
    this.done.cut += 1
    for (const [front] of this.#pairs) front.conn.close()
  }

  async close(): Promise<void> {
    await this.#io.close()
  }

  #pair(front: Socket): void {
    const back = io(this.daemon, {
      transports: ['websocket'],
      auth: front.handshake.auth,
      reconnection: false,
      forceNew: true,
    })
    const pair: [Socket, ClientSocket] = [front, back]
    this.#pairs.add(pair)
    front.onAny((event: string, ...args) => this.#pass(() => back.emit(event, ...this.#answering(args))))
    back.onAny((event: string, ...args) => this.#pass(() => front.emit(event, ...args)))
    front.on('disconnect', () => {
      this.#pairs.delete(pair)
      back.close()
    })
    back.on('disconnect', () => front.conn.close())
    back.on('connect_error', () => front.conn.close())
  }

  /** The arguments of a call, whose answer takes its chances on the way back. */
  #answering(args: unknown[]): unknown[] {
    const answer = args.at(-1)
    if (typeof answer !== 'function') return args
    return [...args.slice(0, -1), (...said: unknown[]) => this.#pass(() => answer(...said))]
  }

  #pass(go: () => void): void {
    if (this.#happens('cut')) {
      this.cut()
      return
    }
    if (this.#happens('drop')) return
    const times = this.#happens('twice') ? 2 : 1
    for (let time = 0; time < times; time += 1)
      if (this.#happens('delay')) setTimeout(go, this.random() * 30)
      else go()
  }

  #happens(fault: keyof Faults): boolean {
    const happens = this.random() * 100 < this.faults[fault]
    if (happens && fault !== 'cut') this.done[fault] += 1
    return happens
  }
}
