import { Type } from '@feathersjs/typebox'
import { Id, Presence, type Static, strict } from '@yardmaster/protocol'

/**
 * What daemons tell each other beside the events, and the form of each: it comes from Redis, and is looked at like anything
 * from outside. Hints all of them: each makes something sooner that is found out otherwise too, since Redis may lose it.
 */
export const hints = {
  /** A runtime may find work. Its poll finds it otherwise. */
  wake: strict({ runtime_id: Id }),
  /** A run is to stop. The answer to its runtime's heartbeat says so otherwise. */
  stop: strict({ runtime_id: Id, task_id: Id, attempt: Type.Integer() }),
  /** A permission request is decided. Whoever waits for it asks again otherwise. */
  decided: strict({ request_id: Id }),
  /** Who is at these sessions over the sockets of one daemon: all that it has at each. It is said again and runs out otherwise. */
  present: strict({ daemon_id: Id, places: Type.Array(Presence) }),
}

export type Hints = { [Name in keyof typeof hints]: Static<(typeof hints)[Name]> }
