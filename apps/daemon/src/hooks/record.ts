import { allowed, isChange } from '../audit/entry.js'
import type { Yard } from '../yard.js'
import type { CallHook } from './context.js'

/**
 * Has what a user changes written to the audit log, in the same transaction. What machines change stands in the log of
 * the session, row by row, and costs nothing more here.
 */
export const record =
  (yard: Yard): CallHook =>
  (context, next) => {
    const { path, method, params } = context
    if (params.principal.kind !== 'user' || !isChange(path, method)) return next()
    return yard.audit.change(
      (result) => allowed(context, result),
      async () => {
        await next()
        return context.result
      },
    )
  }
