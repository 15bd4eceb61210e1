import type { Application } from '@feathersjs/koa'
import type { Isolation } from '@yardmaster/processes'
import type { Settings } from '@yardmaster/protocol'
import type { Leases, Ledger } from '@yardmaster/runtime'
import type { Db } from '@yardmaster/store'
import type { Audit } from './audit/audit.js'
import type { Limiter } from './door/rates.js'
import type { Sealer } from './environment/sealer.js'
import type { Push } from './push/push.js'
import type { AccessWatch } from './realtime/access-watch.js'
import type { Listeners } from './realtime/listeners.js'
import type { Presence } from './realtime/presence.js'
import type { Siblings } from './siblings/siblings.js'
import type { Tokens } from './sign-in/tokens.js'

export type App = Application

/** Milliseconds that the life of a task is measured by. */
export interface Limits extends Leases {
  /** A runtime that was not heard of for so long shows as disconnected. */
  heartbeat_timeout: number
  /** Between two looks of the sweep. */
  sweep: number
  /** A tick of the sweep that comes later than this means that the daemon itself was away. */
  sweep_late: number
}

/** Milliseconds that what is told live, and written behind, is measured by. */
export interface Pace {
  /** Between two looks at whether access changed. Twice as long is how late an event can reach somebody who lost it. */
  access: number
  /** Between two tellings of where the logs end that somebody listens to. */
  head: number
  /** Between two looks at who does not read. */
  slow: number
  /** Between two pings of a socket. One that does not answer is cut after four fifths of that. */
  ping: number
  /** For so long somebody counts as there who has said so. */
  presence: number
  /** Between two writes of refusals to the audit log. */
  refusals: number
  /** The same for those of strangers, who are counted in one line. */
  strangers: number
}

/** What the parts of the daemon share. One per daemon, made at its start. */
export interface Yard {
  settings: Settings
  /** How agents, and git where they work, are kept from this host. */
  isolation: Isolation
  db: Db
  ledger: Ledger
  audit: Audit
  limiter: Limiter
  tokens: Tokens
  /** Seals what people give to their runs. */
  sealer: Sealer
  /** How people are told who have no page open. */
  push: Push
  limits: Limits
  /** Where people reach the daemon, for links. */
  url: string
  pace: Pace
  listeners: Pick<Listeners, keyof Listeners>
  access: Pick<AccessWatch, keyof AccessWatch>
  presence: Pick<Presence, keyof Presence>
  /** The node that this database belongs to. */
  node_id: string
  /** The runtime on the daemon's own host, where worktrees are made. */
  runtime_id: string
  /** A hint for a runtime, of this daemon or another: there may be work. Its poll makes up for a lost one. */
  wake(runtime_id: string): void
  siblings: Siblings
  log: Log
}

export interface Log {
  info(line: string): void
  warn(line: string): void
  error(line: string, error?: unknown): void
}
