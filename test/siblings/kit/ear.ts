import type { EventPlace, SocketClient } from '@yardmaster/client'
import type { Sibling } from './sibling'

interface Heard {
  type: string
  row: { id: string; status?: string }
  seq: number | null
}

/** What one socket hears, in the order in which it comes. */
export class Ear {
  readonly heard: Heard[] = []
  #waiting: (() => void)[] = []

  private constructor(readonly socket: SocketClient) {
    socket.socket.onAny((type: string, row: Heard['row'], place?: EventPlace) => {
      this.heard.push({ type, row, seq: place?.seq ?? null })
      for (const look of this.#waiting.splice(0)) look()
    })
  }

  static async at(daemon: Sibling, token: string, session_id: string): Promise<Ear> {
    const ear = new Ear(await daemon.socket(token))
    await ear.socket.service('subscriptions').create({ session_id })
    return ear
  }

  /** The first event that the look finds, as soon as there is one. */
  async until(look: (event: Heard) => boolean): Promise<Heard> {
    for (;;) {
      const found = this.heard.find(look)
      if (found) return found
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  /** That a row came to have a status. */
  has = (id: string, status: string): Promise<Heard> =>
    this.until(({ row }) => row.id === id && row.status === status)

  /** The places in the log of what was heard. */
  places = (): number[] => this.heard.flatMap(({ seq }) => seq ?? [])
}
