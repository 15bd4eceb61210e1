import type { HookContext, NextFunction } from '@feathersjs/feathers'
import { customMethodOf } from '@yardmaster/protocol'
import { answer, codeFailure } from '../errors/answer.js'
import type { Yard } from '../yard.js'

/** Outermost: every failure leaves with a code, every custom method with its HTTP status. */
export const answerFailures = (yard: Yard) => async (context: HookContext, next: NextFunction) => {
  try {
    await next()
    const status = customMethodOf(context.path, context.method)?.status
    if (status) context.http = { ...context.http, status }
  } catch (error) {
    const where = `${context.path}.${context.method}`
    throw answer(codeFailure(error, (unforeseen) => yard.log.error(`${where} failed`, unforeseen)))
  }
}
