import { Type } from '@feathersjs/typebox'
import { Id, Session, Subscription, YardmasterError } from '@yardmaster/protocol'
import { loadSession, loadWorktree } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import { rooms, toNobody } from '../../realtime/publish.js'
import { socketOf } from '../../sockets/sockets.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'

const Subscribed = Type.Union([
  Type.Object(
    { session_id: Id, status: Session.properties.status, last_seq: Session.properties.last_seq },
    { additionalProperties: false },
  ),
  Type.Object({ worktree_id: Id }, { additionalProperties: false }),
])

type Wanted = { session_id: string } | { worktree_id: string }

/** Which rooms a socket listens in. */
export class Subscriptions {
  constructor(private readonly yard: Yard) {}

  /**
   * Joins first, then looks at the access once more, and leaves if it is refused: the other way round, a revocation
   * in between would be missed.
   */
  async create(wanted: Wanted, { connection, principal }: CallParams) {
    const socket = socketOf(connection)
    if (!socket) throw new YardmasterError('INVALID', 'Only a socket can subscribe.')
    const inSession = 'session_id' in wanted
    const room = inSession ? rooms.session(wanted.session_id) : rooms.worktree(wanted.worktree_id)
    await socket.join(room)
    const found = inSession
      ? await loadSession(this.yard.db, wanted.session_id, principal)
      : await loadWorktree(this.yard.db, wanted.worktree_id, principal)
    if (!found.row || found.level === 'none') {
      await socket.leave(room)
      throw new YardmasterError('NOT_FOUND')
    }
    if (!inSession) return wanted
    const { status, last_seq } = found.row as unknown as Session
    return { ...wanted, status, last_seq }
  }

  /** Leaves the room of that session or worktree. */
  async remove(id: string, { connection }: CallParams) {
    const socket = socketOf(connection)
    await socket?.leave(rooms.session(id))
    await socket?.leave(rooms.worktree(id))
    return { id }
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
