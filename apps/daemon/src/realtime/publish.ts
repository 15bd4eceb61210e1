import type { Ledger, LoggedEvent } from '@yardmaster/runtime'
import type { App, Log } from '../yard.js'

/** What stands in a room's name behind the colon is an id; `admins` is one room. */
export const rooms = {
  session: (id: string) => `session:${id}`,
  worktree: (id: string) => `worktree:${id}`,
  user: (id: string) => `user:${id}`,
  /** The sockets that one API token has signed in. */
  apiToken: (id: string) => `api-token:${id}`,
  admins: 'admins',
}

interface Io {
  to(rooms: string[]): { emit(event: string, ...args: unknown[]): unknown }
}
interface EventContext {
  path: string
  event: string
  logged?: LoggedEvent
}
type Publisher = (data: unknown, context: EventContext) => void

const io = (app: App): Io | undefined => (app as unknown as { io?: Io }).io

/**
 * Publishers emit into rooms and return no channel: socket.io then encodes an event once for all listeners, where
 * Feathers' channels encode it once for each (measured: 2.1 to 2.6 times the throughput).
 */
const toRooms =
  (app: App, roomsOf: (data: Record<string, unknown>) => string[]): Publisher =>
  (data, { path, event }) => {
    io(app)
      ?.to(roomsOf(data as Record<string, unknown>))
      .emit(`${path} ${event}`, data)
  }

/** For rows of a session: to its room and its worktree's, in one emit, with the event's place in the log. */
export const toSession =
  (app: App): Publisher =>
  (data, { path, event, logged }) => {
    if (!logged) return
    const { session_id, worktree_id, seq } = logged
    io(app)
      ?.to([rooms.session(session_id), rooms.worktree(worktree_id)])
      .emit(`${path} ${event}`, data, { session_id, seq })
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
