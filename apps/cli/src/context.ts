import { type Client, connectRest, connectSocket, type SocketClient } from '@yardmaster/client'
import type { Command } from 'commander'
import { daemonUrl } from './address.js'
import { Credentials } from './credentials.js'
import { CommandError, isUnreachable, unreachable } from './failures.js'
import { spin } from './output/spinner.js'
import { type Paint, paint } from './output/text.js'

interface GlobalOptions {
  json?: boolean
  url?: string
}

/** How commands get at their context: made when one runs, from the options it was given. */
export type MakeContext = (command: Command) => Context

/** What every command has at hand: the daemon it speaks to, the sign-in, and how to answer. */
export class Context {
  readonly env = process.env
  readonly json: boolean
  readonly url: string
  readonly credentials: Credentials
  readonly color: Paint

  constructor(
    command: Command,
    /** Ends the process with this code once the command is through. */
    readonly exitWith: (code: number) => void,
  ) {
    const { json = false, url } = command.optsWithGlobals<GlobalOptions>()
    this.json = json
    this.url = daemonUrl(url, this.env)
    this.credentials = Credentials.of(this.env)
    this.color = paint(process.stdout)
  }

  /** null when not signed in. */
  get token(): string | null {
    return this.env.YARDMASTER_TOKEN?.trim() || (this.credentials.get(this.url)?.token ?? null)
  }

  /** The daemon over REST, signed in. */
  get daemon(): Client {
    return connectRest(this.url, this.#mustHaveToken())
  }

  /** The daemon over a socket, signed in. Close it. */
  socket(): SocketClient {
    return connectSocket(this.url, this.#mustHaveToken())
  }

  /** Calls the daemon, with a spinner where somebody watches. */
  async call<T>(label: string, work: (daemon: Client) => Promise<T>): Promise<T> {
    return this.reach(label, () => work(this.daemon))
  }

  /** The same for calls that need no sign-in. */
  async reach<T>(label: string, work: () => Promise<T>, url = this.url): Promise<T> {
    try {
      return await (this.json ? work() : spin(label, work))
    } catch (error) {
      throw isUnreachable(error) ? unreachable(url) : error
    }
  }

  /** The answer of a command: one JSON document, or what a person reads. */
  answer(document: unknown, human: () => string): void {
    process.stdout.write(`${this.json ? JSON.stringify(document, null, 2) : human()}\n`)
  }

  #mustHaveToken(): string {
    if (this.token) return this.token
    throw new CommandError(
      `You are not signed in at ${this.url}: run \`yardmaster login <link>\` or \`yardmaster login --email <address>\`.`,
    )
  }
}
