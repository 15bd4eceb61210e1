import type { Server } from 'socket.io'

/**
 * What daemons tell each other beside the events. Hints all of them: each makes something sooner that a poll finds by
 * itself, since Redis may lose it.
 */
export interface Hints {
  /** A runtime may find work. Its poll finds it otherwise. */
  wake: { runtime_id: string }
  /** A run is to stop. The answer to its runtime's heartbeat says so otherwise. */
  stop: { runtime_id: string; task_id: string; attempt: number }
  /** A permission request is decided. Whoever waits for it asks again otherwise. */
  decided: { request_id: string }
}

/** The other daemons on this database. Events reach their sockets by rooms; the rest by hints. */
export interface Siblings {
  /** Lets rooms reach across daemons. */
  join(io: Server): void
  /** Tells all of them but this one. */
  tell<Name extends keyof Hints>(name: Name, hint: Hints[Name]): void
  /** Hears what another one tells. */
  hear<Name extends keyof Hints>(name: Name, listener: (hint: Hints[Name]) => void): void
}

/** Without Redis there is one daemon. */
export const alone: Siblings = { join: () => undefined, tell: () => undefined, hear: () => undefined }
