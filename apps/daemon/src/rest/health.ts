import type { Middleware } from '@feathersjs/koa'
import { ping } from '@yardmaster/store'
import type { Yard } from '../yard.js'

/** `/healthz`: the daemon serves. `/readyz`: its database answers, and is migrated, since it would not have started otherwise. */
export const health =
  (yard: Yard): Middleware =>
  async (ctx, next) => {
    if (ctx.path === '/healthz') ctx.body = { status: 'ok' }
    else if (ctx.path === '/readyz') {
      await ping(yard.db)
      ctx.body = { status: 'ready' }
    } else return next()
  }
