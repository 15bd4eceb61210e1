import type { Middleware } from '@feathersjs/koa'
import { customMethods, YardmasterError } from '@yardmaster/protocol'

type Verbs = Record<string, Record<string, { verb: string }>>

/**
 * Leads `POST /sessions/:id/prompt` and its like to the service's custom method, the id joined to the data, so that
 * REST and sockets call one and the same method through one and the same chain. Services nested under their own
 * paths lost: their events would be named after the pattern.
 */
export const routeCustomMethods: Middleware = (ctx, next) => {
  const segments = ctx.path.split('/').filter(Boolean)
  // The longer path under which users script against these two says whose id it is.
  if (segments[0] === 'tasks' && segments[1] === 'by-task-id') segments.splice(1, 1)
  const [service, id, method, ...more] = segments
  const found =
    service && method && more.length === 0 ? (customMethods as Verbs)[service]?.[method] : undefined
  if (!found) return next()
  if (ctx.method !== found.verb) throw new YardmasterError('METHOD_NOT_ALLOWED')
  const { request } = ctx as unknown as { request: { body: unknown; headers: Record<string, string> } }
  const given = found.verb === 'GET' ? ctx.query : (request.body ?? {})
  if (typeof given !== 'object' || Array.isArray(given))
    throw new YardmasterError('INVALID', 'The body must be an object.')
  request.body = { ...given, id: decodeURIComponent(id as string) }
  request.headers['x-service-method'] = method as string
  ctx.query = {}
  ctx.method = 'POST'
  ctx.path = `/${service}`
  return next()
}
