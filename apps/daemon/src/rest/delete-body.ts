import type { Middleware } from '@feathersjs/koa'
import { YardmasterError } from '@yardmaster/protocol'
import { setQuery } from './read-query.js'

/**
 * Feathers hands no data to `remove`, so the body of a DELETE would be dropped unread. What it says is taken as said
 * in the query: a session named there is compared, anything else is refused.
 */
export const readDeleteBody: Middleware = (ctx, next) => {
  const { body } = ctx.request as unknown as { body: unknown }
  if (ctx.method !== 'DELETE' || body === undefined) return next()
  if (body === null || typeof body !== 'object' || Array.isArray(body))
    throw new YardmasterError('INVALID', 'The body must be an object.')
  const twice = Object.keys(body).find((name) => Object.hasOwn(ctx.query, name))
  if (twice) throw new YardmasterError('INVALID', `Say ${twice} in the query or in the body, not in both.`)
  setQuery(ctx.request, { ...ctx.query, ...body })
  return next()
}
