import type { Ledger, LoggedEvent } from '@yardmaster/runtime'
import type { Server } from 'socket.io'
import type { App, Log, Yard } from '../yard.js'

/** What stands in a room's name behind the colon is an id; `admins` is one room. */
export const rooms = {
  session: (id: string) => `session:${id}`,
  worktree: (id: string) => `worktree:${id}`,
  user: (id: string) => `user:${id}`,
  admins: 'admins',
}

interface EventContext {
  path: string
  event: string
  logged?: LoggedEvent
}
type Publisher = (data: unknown, context: EventContext) => void

const watches = new WeakMap<App, Yard['access']>()

/** Has everything that this app tells wait for the watch. Without one, nothing is told. */
export const publishUnder = (app: App, watch: Yard['access']): void => void watches.set(app, watch)

interface Telling {
  rooms: string[]
  /** Of the access that the event saw; without one, it is looked up first. */
  version?: number
  /** Left out for a socket that is not ready for it. */
  volatile?: boolean
  /** Only to sockets of this daemon. */
  local?: boolean
}

/**
 * The one way into rooms. All of them in one emit: socket.io then sends a socket that is in several of them one copy.
 */
export function emitTo(
  app: App,
  { rooms, version, volatile = false, local = false }: Telling,
  ...event: [string, ...unknown[]]
) {
  const { io } = app as unknown as { io?: Server }
  watches.get(app)?.tell(version, () => {
    const to = (local ? io?.local : io)?.to(rooms)
    ;(volatile ? to?.volatile : to)?.emit(...event)
  })
}

/**
 * Publishers emit into rooms and return no channel: socket.io then encodes an event once for all listeners, where
 * Feathers' channels encode it once for each (measured: 2.1 to 2.6 times the throughput).
 */
const toRooms =
  (app: App, roomsOf: (data: Record<string, unknown>) => string[]): Publisher =>
  (data, { path, event }) =>
    // These are rare, and a change of access is among them: looking first puts out whom it concerns.
    emitTo(app, { rooms: roomsOf(data as Record<string, unknown>) }, `${path} ${event}`, data)

/** For rows of a session: to its room and its worktree's, in one emit, with the event's place in the log. */
export const toSession =
  (app: App): Publisher =>
  (data, { path, event, logged }) => {
    if (!logged) return
    const { session_id, worktree_id, seq, access_version } = logged
    const to = [rooms.session(session_id), rooms.worktree(worktree_id)]
    emitTo(app, { rooms: to, version: access_version }, `${path} ${event}`, data, { session_id, seq })
  }

export const toWorktree = (app: App) => toRooms(app, ({ id }) => [rooms.worktree(id as string), rooms.admins])
export const toItsUser = (app: App) => toRooms(app, ({ user_id }) => [rooms.user(user_id as string)])
export const toAdmins = (app: App) => toRooms(app, () => [rooms.admins])
/** For services that tell nobody. Said, so that a service without a publisher can be found. */
export const toNobody = (): Publisher => () => undefined

const declared = new WeakMap<object, Publisher>()

/** Names the publisher of a service. */
export function publishBy(app: App, path: string, publisher: Publisher): void {
  const service = app.service(path) as unknown as { publish(publisher: Publisher): void }
  declared.set(service, publisher)
  service.publish(publisher)
}

/** Whether somebody has said who hears of this service. */
export const hasPublisher = (app: App, path: string): boolean => declared.has(app.service(path))

/**
 * Tells the logged events of one commit, as events of their services. A listener that fails is logged: the write it
 * should have told of was acknowledged already.
 */
export function publishLogged(app: App, log: Log): Ledger['publish'] {
  return (events) => {
    for (const logged of events) {
      const { service: path, event, data } = logged
      const service = app.service(path) as unknown as NodeJS.EventEmitter
      try {
        service.emit(event, data, { path, event, app, logged })
      } catch (error) {
        log.error(`Telling of ${path} ${event} failed`, error)
      }
    }
  }
}
