import type { PermissionRequest } from '@yardmaster/protocol'
import type { Watcher } from './watcher.js'

/**
 * Lets the person at the terminal answer permission requests: the key of a number answers the oldest pending one. A
 * question is only declined so, as no key writes into its form.
 * Ctrl-C still ends the program, which in raw mode has to be said.
 */
export class AnswerKeys implements Watcher {
  readonly #pending = new Map<string, PermissionRequest>()

  constructor(
    private readonly stdin: NodeJS.ReadStream,
    private readonly decide: (request: PermissionRequest, option_id: string) => void,
    private readonly interrupt: () => void,
  ) {}

  start(): void {
    this.stdin.setRawMode(true)
    this.stdin.setEncoding('utf8')
    this.stdin.on('data', this.#press)
    this.stdin.resume()
  }

  stop(): void {
    this.stdin.off('data', this.#press)
    this.stdin.setRawMode(false)
    this.stdin.pause()
  }

  request(request: PermissionRequest): void {
    if (request.status === 'pending') this.#pending.set(request.id, request)
    else this.#pending.delete(request.id)
  }

  readonly #press = (keys: string | Buffer) => {
    for (const key of String(keys)) {
      if (key === '\x03' || key === '\x04') return this.interrupt()
      const [request] = this.#pending.values()
      const option = request?.options[Number(key) - 1]
      if (!request || !option || option.kind === 'accept') continue
      this.#pending.delete(request.id) // a second press must not answer it again
      this.decide(request, option.option_id)
    }
  }
}
