import type { Yard } from '../yard.js'
import { authenticate } from './authenticate.js'
import { authorize } from './authorize.js'
import { type CallSchemas, checkCall } from './check-call.js'
import { limitRate } from './limit-rate.js'
import { loadSessionWorktree, type Place } from './load-session-worktree.js'
import { present } from './present.js'
import { record } from './record.js'

export interface ChainOptions {
  schemas: CallSchemas
  place: Place
  /** Changes are told with their place in a session's log, not by Feathers' own event. */
  logged?: boolean
}

/** The hook chain of every service, from top to bottom. Refusals come in the order of the hooks. */
export const chain = (yard: Yard, { schemas, place, logged = false }: ChainOptions) => ({
  around: {
    all: [
      authenticate(yard),
      checkCall(schemas),
      loadSessionWorktree(yard, place),
      authorize,
      limitRate(yard),
      record(yard),
      present({ logged }),
    ] as never[],
  },
})
