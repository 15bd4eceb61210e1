import type { Middleware } from '@feathersjs/koa'
import { ping } from '@yardmaster/store'
import { version } from '../version.js'
import type { Yard } from '../yard.js'

/** `/healthz`: the daemon serves. `/readyz`: its database answers, and is migrated, since it would not have started otherwise. */
export const health =
  (yard: Yard): Middleware =>
  async (ctx, next) => {
    if (ctx.path === '/healthz') ctx.body = { status: 'ok', version }
    else if (ctx.path === '/readyz') {
      await ping(yard.db)
      ctx.body = { status: 'ready', version }
    } else return next()
  }
