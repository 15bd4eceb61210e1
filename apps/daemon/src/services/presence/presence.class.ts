import { type PresenceCreate, type Presence as Shown, YardmasterError } from '@yardmaster/protocol'
import { maybeRow, userName } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import { socketOf } from '../../sockets/sockets.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

/** Who is looking at a session, and who is typing. */
export class PresenceService {
  constructor(private readonly yard: Yard) {}

  /**
   * Stands with the socket's place in the session's room, and ends with that: whatever puts the socket out of the room
   * takes it away too.
   *
   * @throws INVALID over REST, or when the socket does not listen to the session; NOT_AUTHENTICATED when somebody else
   *   has signed in on the socket
   */
  async create({ session_id, state }: PresenceCreate, { connection, principal }: CallParams): Promise<Shown> {
    const { db, listeners, presence } = this.yard
    const socket = socketOf(connection)
    if (!socket) throw new YardmasterError('INVALID', 'Only a socket can say who is looking.')
    const user_id = userOf(principal) as string
    const found = state === 'gone' ? undefined : maybeRow(await userName(db, user_id))
    // Behind all waiting: nothing may come between this look and what it allows.
    const listener = listeners.of(socket)
    if (listener?.principal.user_id !== user_id) throw new YardmasterError('NOT_AUTHENTICATED')
    if (state === 'gone') presence.leave(session_id, listener)
    else if (!found || !listener.heard({ session_id }))
      throw new YardmasterError('INVALID', 'Subscribe to the session first.')
    else presence.say(session_id, listener, { user_id, name: found.name }, state, performance.now())
    return presence.of(session_id)
  }
}
