import type { Rates } from '../door/rates.js'
import type { Yard } from '../yard.js'
import type { CallHook } from './context.js'

/** Calls that start agents, by `service.method`: they cost somebody money, and a loop that went wrong makes many. */
const limited: Readonly<Record<string, keyof Rates>> = {
  'sessions.prompt': 'prompt',
  'tasks.create': 'prompt',
  'sessions.spawn': 'spawn',
  'sessions.fork': 'spawn',
}

/** Whether a method is refused to those who call it too often. */
export const isLimited = (path: string, method: string): boolean =>
  Object.hasOwn(limited, `${path}.${method}`) || `${path}.${method}` === 'authentication.create'

/** Refuses what a user does too often. Only what they may do counts. @throws RATE_LIMITED */
export const limitRate =
  (yard: Yard): CallHook =>
  async ({ path, method, params }, next) => {
    const kind = limited[`${path}.${method}`]
    if (kind && params.principal.kind === 'user') await yard.limiter.take(kind, params.principal.user_id)
    return next()
  }
