import type { Middleware } from '@feathersjs/koa'
import { customMethodOf, customPath, YardmasterError } from '@yardmaster/protocol'
import { setQuery } from './read-query.js'

/**
 * Leads `POST /sessions/:id/prompt` and its like to the service's custom method, the id joined to the data, so that
 * REST and sockets call one and the same method through one and the same chain. Services nested under their own
 * paths lost: their events would be named after the pattern.
 */
export const routeCustomMethods: Middleware = (ctx, next) => {
  const segments = ctx.path.split('/').filter(Boolean)
  const [service = '', method = '', id = ''] = [segments[0], segments.at(-1), segments.at(-2)]
  const route = customMethodOf(service, method)
  if (!route || `/${segments.join('/')}` !== customPath(service, method, id)) return next()
  const { verb } = route
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
