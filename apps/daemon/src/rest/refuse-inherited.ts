import type { Middleware } from '@feathersjs/koa'
import { YardmasterError } from '@yardmaster/protocol'

/** Feathers' router looks parts of a path up in plain objects, and trips over what every object inherits. */
export const refuseInherited: Middleware = (ctx, next) => {
  if (ctx.path.split('/').some((part) => part in Object.prototype)) throw new YardmasterError('NO_SUCH_ROUTE')
  return next()
}
