import { sessionHeads } from '@yardmaster/store'
import type { App, Yard } from '../yard.js'
import { emitTo, rooms } from './publish.js'

/**
 * Tells whoever listens to a session where its log ends, again and again: a lost last event leaves no gap that would
 * show otherwise. Each daemon tells its own listeners, all of their sessions read at once. Returns how to stop.
 */
export function beginTellingHeads(app: App, { db, listeners, pace, log }: Yard): () => Promise<void> {
  let telling: Promise<void> = Promise.resolve()
  const tell = async () => {
    const places = listeners.all().flatMap(({ places }) => places)
    const ids = new Set(places.flatMap((place) => ('session_id' in place ? [place.session_id] : [])))
    if (ids.size === 0) return
    for (const head of await sessionHeads(db, [...ids]))
      emitTo(
        app,
        { rooms: [rooms.session(head.session_id)], version: 0, volatile: true, local: true },
        'head',
        head,
      )
  }
  const timer = setInterval(() => {
    telling = tell().catch((error: Error) => log.warn(`Heads are told later: ${error.message}`))
  }, pace.head)
  return () => {
    clearInterval(timer)
    return telling
  }
}
