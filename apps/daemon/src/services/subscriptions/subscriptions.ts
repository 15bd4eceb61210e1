import { Type } from '@feathersjs/typebox'
import { Id, type Principal, Session, Subscription, YardmasterError } from '@yardmaster/protocol'
import { loadSession, loadWorktree } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import { letIn } from '../../hooks/load-session-worktree.js'
import type { Listener, Place } from '../../realtime/listener.js'
import { toNobody } from '../../realtime/publish.js'
import { socketOf } from '../../sockets/sockets.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { userOf } from '../user-of.js'

const Subscribed = Type.Union([
  Type.Object(
    { session_id: Id, status: Session.properties.status, last_seq: Session.properties.last_seq },
    { additionalProperties: false },
  ),
  Type.Object({ worktree_id: Id }, { additionalProperties: false }),
])

/** Which rooms a socket listens in. */
export class Subscriptions {
  constructor(private readonly yard: Yard) {}

  /**
   * Joins first, then looks at the access once more, and leaves if it is refused: the other way round, a revocation
   * in between would be missed.
   *
   * @throws NOT_FOUND, TOO_MANY_SUBSCRIPTIONS, NOT_AUTHENTICATED when somebody else has signed in on the socket
   */
  async create(wanted: Place, { connection, principal }: CallParams) {
    const { db } = this.yard
    const listener = this.listener(connection, principal)
    // One of its own, to tell it from another call's.
    const place = { ...wanted }
    listener.join(place)
    try {
      const found =
        'session_id' in place
          ? await loadSession(db, place.session_id, principal)
          : await loadWorktree(db, place.worktree_id, principal)
      letIn(principal, found)
      if (!found.row || found.level === 'none' || !listener.heard(place))
        throw new YardmasterError('NOT_FOUND')
      if ('worktree_id' in place) return place
      const { status, last_seq } = found.row as unknown as Session
      return { ...place, status, last_seq }
    } catch (error) {
      if (listener.heard(place) === place) listener.leave(place)
      throw error
    }
  }

  /** Leaves the room of that session or worktree. */
  async remove(id: string, { connection, principal }: CallParams) {
    // Over REST there is nothing to leave.
    if (!socketOf(connection)) return { id }
    const listener = this.listener(connection, principal)
    listener.leave({ session_id: id })
    listener.leave({ worktree_id: id })
    return { id }
  }

  private listener(connection: unknown, principal: Principal): Listener {
    const socket = socketOf(connection)
    if (!socket) throw new YardmasterError('INVALID', 'Only a socket can subscribe.')
    const listener = this.yard.listeners.of(socket)
    // A call that came before a sign-in over the same socket would be heard by whoever came after it.
    if (listener?.principal.user_id !== userOf(principal)) throw new YardmasterError('NOT_AUTHENTICATED')
    return listener as Listener
  }
}

export const subscriptions = (app: App, yard: Yard): void =>
  register(app, yard, 'subscriptions', new Subscriptions(yard), {
    methods: ['create', 'remove'],
    schemas: { data: { create: Subscription } },
    place: {
      parents: [
        { field: 'session_id', load: loadSession },
        { field: 'worktree_id', load: loadWorktree },
      ],
    },
    logged: true,
    docs: {
      about: 'Which rooms a socket listens in. Called over sockets only.',
      answers: { create: Subscribed, remove: Type.Object({ id: Id }, { additionalProperties: false }) },
      summaries: {
        create: 'Hear of a session or a worktree',
        remove: 'Hear of that session or worktree no more',
      },
    },
    publisher: toNobody(),
  })
