import type { SocketClient } from '@yardmaster/client'
import type { TestDaemon } from '../../../../test/daemon'

interface Io {
  sockets: { sockets: Map<string, { rooms: Set<string> }> }
}

/** All that a socket hears, in order. */
export class Ear {
  readonly heard: [event: string, ...args: unknown[]][] = []
  /** Why the socket was closed. */
  closed: string | null = null
  #waiting: (() => void)[] = []

  private constructor(
    private readonly yard: TestDaemon,
    readonly client: SocketClient,
  ) {
    client.socket.onAny((...event: [string]) => {
      this.heard.push(event)
      this.#look()
    })
    client.socket.on('disconnect', (reason) => {
      this.closed = reason
      this.#look()
    })
  }

  static open = async (yard: TestDaemon, token: string): Promise<Ear> =>
    new Ear(yard, await yard.socket(token))

  #look(): void {
    for (const look of this.#waiting.splice(0)) look()
  }

  /** What the look finds, as soon as something that is heard lets it find it. */
  async until<T>(look: () => T | undefined | null | false): Promise<T> {
    for (;;) {
      const found = look()
      if (found) return found
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  names = (): string[] => this.heard.map(([name]) => name)
  hears = (name: string) => this.until(() => this.heard.find(([event]) => event === name)?.slice(1))
  revoked = async () => (await this.hears('access revoked'))[0]
  subscribe = (place: object) => this.client.service('subscriptions').create(place)

  /** Resolves when all that the daemon had to tell before is heard. */
  async settled(): Promise<void> {
    // What is told may wait for a look at access, when the last one is too old.
    await this.yard.daemon.yard.access.look()
    await this.client.service('users').find({ query: { $limit: 1 } })
  }

  /** The rooms it is in by now, less those of its own. */
  rooms(): string[] {
    const { io } = this.yard.daemon.app as unknown as { io: Io }
    const { rooms } = io.sockets.sockets.get(this.client.socket.id!)!
    return [...rooms].filter((room) => /^(session|worktree|admins)/.test(room)).sort()
  }
}
