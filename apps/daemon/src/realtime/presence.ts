import type { Person, Presence as Shown } from '@yardmaster/protocol'

type Who = Omit<Person, 'state'>
interface Standing {
  who: Who
  state: Person['state']
  /** When it was said last, by a clock in milliseconds. */
  at: number
}

/** From where somebody says it: a socket's sign-in here; of another daemon, its name and the person's. */
type From = object | string

/** Milliseconds that a session's people rest for each of them, once they were told to all of them. */
const REST = 10

/**
 * Who looks at which session, by the places from which they say so, on this daemon and on others. Kept in memory alone:
 * it is worth nothing a minute later. Who looks from several places is there once, and typing where any of them says so.
 */
export class Presence {
  readonly #sessions = new Map<string, Map<From, Standing>>()
  /** Sessions whose people others see changed, and when these may be told. */
  readonly #changed = new Set<string>()
  readonly #rests = new Map<string, number>()
  /** Sessions at which something changed from here. */
  readonly #changedHere = new Set<string>()

  say(session_id: string, from: From, who: Who, state: Person['state'], at: number): void {
    const known = this.#sessions.get(session_id)?.get(from)
    if (known?.state === state) known.at = at
    else this.#change(session_id, from, who.user_id, (standing) => standing.set(from, { who, state, at }))
  }

  leave(session_id: string, from: From): void {
    const known = this.#sessions.get(session_id)?.get(from)
    if (known) this.#change(session_id, from, known.who.user_id, (standing) => standing.delete(from))
  }

  /** What another daemon says of its own people, all of those that it has at the session. */
  hear(daemon_id: string, { session_id, people }: Shown, at: number): void {
    const of = (user_id: string) => `${daemon_id} ${user_id}`
    const there = new Set<From>(people.map(({ user_id }) => of(user_id)))
    for (const from of this.#sessions.get(session_id)?.keys() ?? [])
      if (typeof from === 'string' && from.startsWith(daemon_id) && !there.has(from))
        this.leave(session_id, from)
    for (const { state, ...who } of people) this.say(session_id, of(who.user_id), who, state, at)
  }

  /** Forgets what was said by then, and not again since. */
  expire(then: number): void {
    for (const [session_id, standing] of this.#sessions)
      for (const [from, { at }] of standing) if (at <= then) this.leave(session_id, from)
  }

  /** Those that come by name, then id. */
  of(session_id: string, from: (from: From) => boolean = () => true): Shown {
    const people = new Map<string, Person>()
    for (const [place, { who, state }] of this.#sessions.get(session_id) ?? [])
      if (from(place) && people.get(who.user_id)?.state !== 'typing')
        people.set(who.user_id, { ...who, state })
    const order = ({ name, user_id }: Person) => `${name}\n${user_id}`
    return { session_id, people: [...people.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1)) }
  }

  /** Of all sessions, those who are here and not at another daemon. */
  here(): Shown[] {
    return [...this.#sessions.keys()].map(this.#here).filter(({ people }) => people.length > 0)
  }

  /** The sessions at which somebody from here came, went or changed since this was asked last, with all from here. */
  changedHere(): Shown[] {
    const changed = [...this.#changedHere].map(this.#here)
    this.#changedHere.clear()
    return changed
  }

  /**
   * The sessions whose people changed, with all of them: however many changes there were since they were told last, it is
   * one telling. The more people, the rarer, so that each of a thousand hears no more of it than each of ten.
   */
  changed(now: number): Shown[] {
    for (const [session_id, until] of this.#rests) if (until <= now) this.#rests.delete(session_id)
    const due = [...this.#changed].filter((session_id) => !this.#rests.has(session_id))
    return due.map((session_id) => {
      const shown = this.of(session_id)
      this.#changed.delete(session_id)
      this.#rests.set(session_id, now + REST * shown.people.length)
      return shown
    })
  }

  readonly #here = (session_id: string): Shown => this.of(session_id, (from) => typeof from === 'object')

  #change(session_id: string, from: From, user_id: string, act: (standing: Map<From, Standing>) => void) {
    const before = this.#stateOf(session_id, user_id)
    const standing = this.#sessions.get(session_id) ?? new Map<From, Standing>()
    act(standing)
    if (standing.size > 0) this.#sessions.set(session_id, standing)
    else this.#sessions.delete(session_id)
    if (typeof from === 'object') this.#changedHere.add(session_id)
    if (this.#stateOf(session_id, user_id) !== before) this.#changed.add(session_id)
  }

  #stateOf(session_id: string, user_id: string): Person['state'] | undefined {
    let found: Person['state'] | undefined
    for (const { who, state } of this.#sessions.get(session_id)?.values() ?? [])
      if (who.user_id === user_id && found !== 'typing') found = state
    return found
  }
}
