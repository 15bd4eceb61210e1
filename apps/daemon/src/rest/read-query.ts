import type { Middleware } from '@feathersjs/koa'
import { YardmasterError } from '@yardmaster/protocol'

/**
 * Makes up for two habits of the query parser: keys that every object inherits (`__proto__`, `constructor`) are
 * dropped without a word, where the caller shall hear of it; and a list of more than 20 becomes an object.
 */
export const readQuery: Middleware = (ctx, next) => {
  for (const key of new URLSearchParams(ctx.querystring).keys())
    if (key.split(/[[\]]/).some((part) => part in Object.prototype))
      throw new YardmasterError('INVALID', 'The query has a key that no field can have.')
  setQuery(ctx.request, withLists(ctx.query))
  return next()
}

/** Puts an object in the place of the query. Koa's own setter would write it into the url and parse it again. */
export function setQuery(request: object, query: unknown): void {
  Object.defineProperty(request, 'query', { value: query, writable: true, configurable: true })
}

function withLists(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map(withLists)
  const entries = Object.entries(value)
  return entries.length > 0 && entries.every(([key], place) => key === String(place))
    ? entries.map(([, item]) => withLists(item))
    : Object.fromEntries(entries.map(([key, item]) => [key, withLists(item)]))
}
