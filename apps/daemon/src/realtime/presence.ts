import type { Person, Presence as Shown } from '@yardmaster/protocol'

type Who = Omit<Person, 'state'>
interface Standing {
  who: Who
  state: Person['state']
  /** When it was said last, by a clock in milliseconds. */
  at: number
}

/**
 * Who looks at which session, by the places from which they say so. Kept in memory alone: it is worth nothing a minute
 * later. Who looks from several places is there once, and typing where any of them says so.
 */
export class Presence {
  readonly #sessions = new Map<string, Map<object, Standing>>()

  /** @param tell is called for each session of which something changed that others see */
  constructor(private readonly tell: (now: Shown) => void) {}

  say(session_id: string, from: object, who: Who, state: Person['state'], at: number): void {
    this.#change(session_id, (standing) => standing.set(from, { who, state, at }))
  }

  leave(session_id: string, from: object): void {
    this.#change(session_id, (standing) => standing.delete(from))
  }

  /** Forgets what was said by then, and not again since. */
  expire(then: number): void {
    for (const session_id of this.#sessions.keys())
      this.#change(session_id, (standing) => {
        for (const [from, { at }] of standing) if (at <= then) standing.delete(from)
      })
  }

  /** By name, then id. */
  of(session_id: string): Shown {
    const people = new Map<string, Person>()
    for (const { who, state } of this.#sessions.get(session_id)?.values() ?? [])
      if (people.get(who.user_id)?.state !== 'typing') people.set(who.user_id, { ...who, state })
    const order = ({ name, user_id }: Person) => `${name}\n${user_id}`
    return { session_id, people: [...people.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)) }
  }

  #change(session_id: string, act: (standing: Map<object, Standing>) => void): void {
    const before = JSON.stringify(this.of(session_id))
    const standing = this.#sessions.get(session_id) ?? new Map<object, Standing>()
    act(standing)
    if (standing.size > 0) this.#sessions.set(session_id, standing)
    else this.#sessions.delete(session_id)
    const now = this.of(session_id)
    if (JSON.stringify(now) !== before) this.tell(now)
  }
}
