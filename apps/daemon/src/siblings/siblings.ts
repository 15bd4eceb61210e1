import type { Server } from 'socket.io'
import type { Hints } from './hints.js'

/** Carries an emission out, now or later or never: an event is a hint. */
export type Deliver = (emit: () => void) => void

/** The other daemons on this database. Events reach their sockets by rooms; the rest by hints. */
export interface Siblings {
  /**
   * Lets rooms reach across daemons.
   *
   * @param deliver is handed the emission of each event that another daemon sent, and carries it out when those who
   *   lost access meanwhile are out of their rooms
   */
  join(io: Server, deliver: Deliver): void
  /** Tells all of them but this one. */
  tell<Name extends keyof Hints>(name: Name, hint: Hints[Name]): void
  /** Hears what another one tells. */
  hear<Name extends keyof Hints>(name: Name, listener: (hint: Hints[Name]) => void): void
}

/** Without Redis there is one daemon. */
export const alone: Siblings = { join: () => undefined, tell: () => undefined, hear: () => undefined }
