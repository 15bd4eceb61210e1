import type { Presence as Shown } from '@yardmaster/protocol'
import type { App, Yard } from '../yard.js'
import { emitTo, rooms } from './publish.js'

/** Tells a session's room who is there now. Each daemon knows its own sockets, and tells them alone. */
export const tellPresence = (app: App, now: Shown): void =>
  emitTo(
    app,
    // No look at the access for each: those that the timer makes are enough.
    { rooms: [rooms.session(now.session_id)], version: 0, local: true },
    'presence changed',
    now,
  )

/** Has who says nothing any more forgotten, one timer for all. Returns how to stop. */
export function beginForgettingPresence({ presence, pace }: Pick<Yard, 'presence' | 'pace'>) {
  const forget = () => presence.expire(performance.now() - pace.presence)
  const timer = setInterval(forget, pace.presence / 10)
  return async () => clearInterval(timer)
}
