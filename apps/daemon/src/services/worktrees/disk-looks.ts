import { type DiskUse, diskUse } from './disk-use.js'

export interface DiskLook extends DiskUse {
  /** ISO timestamp. */
  measured_at: string
}

/** Milliseconds for which a look is good: a page that many have open is one look. */
const good = 60_000

/** Looks at directories, one at a time, however many ask: the disk is the agents'. */
export class DiskLooks {
  readonly #known = new Map<string, { since: number; look: Promise<DiskLook> }>()
  #last: Promise<unknown> = Promise.resolve()

  /** @throws what {@link diskUse} does */
  of(directory: string): Promise<DiskLook> {
    const now = performance.now()
    for (const [path, { since }] of this.#known) if (now - since > good) this.#known.delete(path)
    const known = this.#known.get(directory)
    if (known) return known.look
    const look = this.#last.then(async () => ({
      ...(await diskUse(directory)),
      measured_at: new Date().toISOString(),
    }))
    this.#last = look.catch(() => undefined)
    this.#known.set(directory, { since: now, look })
    return look
  }
}
