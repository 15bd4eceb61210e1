import type { Middleware } from '@feathersjs/koa'
import { YardmasterError } from '@yardmaster/protocol'

/** The query parser drops such keys without a word; a caller who sends one shall hear of it. */
export const refusePrototypeKeys: Middleware = (ctx, next) => {
  if (/__proto__|constructor|prototype/.test(ctx.querystring.replaceAll('%5F', '_')))
    throw new YardmasterError('INVALID', 'The query has a key that no field can have.')
  return next()
}
