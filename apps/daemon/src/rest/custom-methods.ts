import type { Middleware } from '@feathersjs/koa'
import { customMethods, YardmasterError } from '@yardmaster/protocol'
import { setQuery } from './read-query.js'

type Verbs = Record<string, Record<string, { verb: string }>>

/**
 * Leads `POST /sessions/:id/prompt` and its like to the service's custom method, the id joined to the data, so that
 * REST and sockets call one and the same method through one and the same chain. Services nested under their own
 * paths lost: their events would be named after the pattern.
 */
export const routeCustomMethods: Middleware = (ctx, next) => {
  const [service = '', id = '', method = '', ...more] = ctx.path.split('/').filter(Boolean)
  const verb = more.length === 0 ? verbOf(service, method) : undefined
  if (!verb) return next()
  if (ctx.method !== verb) throw new YardmasterError('METHOD_NOT_ALLOWED')
  const { request } = ctx as unknown as { request: { body: unknown; headers: Record<string, string> } }
  const given = verb === 'GET' ? ctx.query : (request.body ?? {})
  if (typeof given !== 'object' || Array.isArray(given))
    throw new YardmasterError('INVALID', 'The body must be an object.')
  if (Object.hasOwn(given, 'id'))
    throw new YardmasterError('INVALID', 'The id stands in the path and nowhere else.')
  request.body = { ...given, id }
  request.headers['x-service-method'] = method
  if (verb === 'GET') setQuery(ctx.request, {})
  ctx.method = 'POST'
  ctx.path = `/${service}`
  return next()
}

function verbOf(service: string, method: string): string | undefined {
  const methods = Object.hasOwn(customMethods, service) ? (customMethods as Verbs)[service] : undefined
  return methods && Object.hasOwn(methods, method) ? methods[method]?.verb : undefined
}
