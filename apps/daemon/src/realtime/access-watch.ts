import { type Db, lookAtListeners, onlyRow, readAccessVersion } from '@yardmaster/store'
import type { Log } from '../yard.js'
import type { Listener, Place } from './listener.js'
import type { Listeners } from './listeners.js'

/**
 * Puts out of their rooms those who lost access. The database counts every change of access; when that number has
 * moved, all listeners are looked at again, in one statement. It is asked for on a timer, and a logged event brings
 * along the number of its own transaction, so that an event behind a revocation does not wait for the timer.
 *
 * The bound: an event that was committed behind a revocation goes out to who lost it for two intervals at most, however
 * late the timer is, because nothing is told once the last look is older than that.
 */
export class AccessWatch {
  #known = -1
  #lookedAt = Number.NEGATIVE_INFINITY
  #last: Promise<void> = Promise.resolve()
  #next: Promise<void> | undefined

  /** @param interval milliseconds between two looks */
  constructor(
    private readonly db: Db,
    private readonly listeners: Pick<Listeners, 'all'>,
    private readonly interval: number,
    private readonly log: Log,
  ) {}

  /** Looks again and again. Returns how to stop. */
  begin(): () => Promise<void> {
    let failing = false
    let busy = false
    const look = async () => {
      if (busy) return
      busy = true
      try {
        await this.look()
        failing = false
      } catch (error) {
        if (!failing) this.log.warn(`Nothing is told until access can be read: ${(error as Error).message}`)
        failing = true
      }
      busy = false
    }
    void look()
    const timer = setInterval(() => void look(), this.interval)
    return async () => {
      clearInterval(timer)
      await this.#last
    }
  }

  /**
   * Emits, once nobody is left in a room who had lost it by then. Where that cannot be found out nothing is emitted:
   * an event is a hint, and the log has it.
   *
   * @param version that the event's transaction saw; undefined looks in any case
   */
  tell(version: number | undefined, emit: () => void): void {
    const isKnown = version !== undefined && version <= this.#known
    if (isKnown && performance.now() - this.#lookedAt < 2 * this.interval) emit()
    else void this.look().then(emit, () => undefined)
  }

  /** Looks without waiting for the timer, for a change of access that no event tells of. */
  hurry(): void {
    this.look().catch(() => undefined)
  }

  /** Resolves when everybody was looked at for the access there was when it was called, or later. */
  look(): Promise<void> {
    // A look that is under way may have read the number before.
    this.#next ??= this.#last.then(() => {
      this.#next = undefined
      const looking = this.#look()
      this.#last = looking.catch(() => undefined)
      return looking
    })
    return this.#next
  }

  async #look(): Promise<void> {
    const began = performance.now()
    const { version } = onlyRow(await readAccessVersion(this.db))
    // Read first, then whom to look at: who joins a room behind this point looks for themselves, behind the joining,
    // and what they cannot see by then raises the number once more.
    if (version !== this.#known) await this.#lookAtAll()
    this.#known = version
    this.#lookedAt = began
    for (const listener of this.listeners.all()) if (listener.expired) listener.cut()
  }

  async #lookAtAll(): Promise<void> {
    const all = this.listeners.all()
    const heard = all.flatMap((listener) => listener.places.map((place) => ({ listener, place })))
    const idOf = (id: 'session_id' | 'worktree_id') =>
      heard.map(({ place }) => (place as Record<string, string>)[id] ?? null)
    const now = onlyRow(
      await lookAtListeners(
        this.db,
        all.map(({ principal }) => principal.user_id),
        all.map(({ epoch }) => epoch),
        all.map(({ principal }) => principal.token_id ?? null),
        all.map(({ principal }) => principal.token_hash ?? null),
        heard.map(({ listener }) => listener.principal.user_id),
        idOf('session_id'),
        idOf('worktree_id'),
      ),
    )
    for (const i of now.ended) all[i - 1]!.cut()
    const admins = new Set(now.admins.map((i) => all[i - 1]))
    for (const listener of all) listener.hearAdmins(admins.has(listener))
    const lost = new Map<Listener, Place[]>()
    for (const i of now.lost) {
      const { listener, place } = heard[i - 1]!
      lost.set(listener, [...(lost.get(listener) ?? []), place])
    }
    for (const [listener, places] of lost) listener.putOut(places)
  }
}
