import type { Middleware } from '@feathersjs/koa'
import { YardmasterError } from '@yardmaster/protocol'
import { answer, codeFailure } from '../errors/answer.js'
import type { Yard } from '../yard.js'

/** Outermost on REST: whatever goes wrong, also before a service is reached, is answered as JSON with a code. */
export const answerRestFailures =
  (yard: Yard): Middleware =>
  async (ctx, next) => {
    try {
      await next()
      if (ctx.body === undefined && ctx.status === 404) throw new YardmasterError('NO_SUCH_ROUTE')
    } catch (error) {
      const failure = answer(
        codeFailure(error, (unforeseen) => yard.log.error(`${ctx.method} ${ctx.path} failed`, unforeseen)),
      )
      const { retry_after } = failure.data as { retry_after?: number }
      if (retry_after !== undefined) ctx.set('retry-after', String(retry_after))
      ctx.status = failure.code
      ctx.body = failure.toJSON()
    }
  }
