import { randomUUID } from 'node:crypto'
import type { Presence as Shown } from '@yardmaster/protocol'
import type { App, Yard } from '../yard.js'
import { emitTo, rooms } from './publish.js'

/** Milliseconds between two tellings: a thousand who come at once are told of a few times and not a thousand times. */
const REST = 200
/** Sessions that one hint tells of at most. */
const MOST = 100

type Parts = Pick<Yard, 'presence' | 'siblings' | 'pace'>

/**
 * Tells the rooms of sessions who is there, and the other daemons who is here: what changes at once, and all of it again
 * before it would be forgotten there. So nobody stays behind of a daemon that died, or of which a hint was lost. Each
 * daemon tells its own sockets alone. Returns how to stop.
 */
export function beginTellingPresence(app: App, { presence, siblings, pace }: Parts) {
  // Of this process, and not of the database or the host: what its last one said runs out by itself.
  const daemon_id = randomUUID()
  const tellOthers = (places: Shown[]) => {
    for (let at = 0; at < places.length; at += MOST)
      siblings.tell('present', { daemon_id, places: places.slice(at, at + MOST) })
  }
  siblings.hear('present', (said) => {
    for (const place of said.places) presence.hear(said.daemon_id, place, performance.now())
  })
  const tell = () => {
    tellOthers(presence.changedHere())
    for (const now of presence.changed(performance.now())) tellRoom(app, now)
  }
  const timers = [
    setInterval(tell, REST),
    setInterval(() => tellOthers(presence.here()), pace.presence / 3),
    setInterval(() => presence.expire(performance.now() - pace.presence), pace.presence / 10),
  ]
  return async () => {
    for (const timer of timers) clearInterval(timer)
    tellOthers(presence.here().map(({ session_id }) => ({ session_id, people: [] })))
  }
}

const tellRoom = (app: App, now: Shown): void =>
  emitTo(
    app,
    // No look at the access for each: those that the timer makes are enough.
    { rooms: [rooms.session(now.session_id)], version: 0, local: true },
    'presence changed',
    now,
  )
