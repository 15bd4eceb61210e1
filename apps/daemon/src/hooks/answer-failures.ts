import type { HookContext, NextFunction } from '@feathersjs/feathers'
import { customMethodOf, type YardmasterError } from '@yardmaster/protocol'
import { refused } from '../audit/entry.js'
import { answer, codeFailure } from '../errors/answer.js'
import type { Yard } from '../yard.js'
import type { Call } from './context.js'

/** Outermost: every failure leaves with a code, every custom method with its HTTP status; refusals are noted. */
export const answerFailures = (yard: Yard) => async (context: HookContext, next: NextFunction) => {
  try {
    await next()
    const status = customMethodOf(context.path, context.method)?.status
    if (status) context.http = { ...context.http, status }
  } catch (error) {
    const where = `${context.path}.${context.method}`
    const failure = codeFailure(error, (unforeseen) => yard.log.error(`${where} failed`, unforeseen))
    note(yard, context as Call, failure)
    throw answer(failure)
  }
}

/** A refusal of somebody who is known gets a line; those of strangers are counted. What broke on our side is neither. */
function note({ audit }: Yard, context: Call, failure: YardmasterError): void {
  if (failure.status >= 500) return
  const { principal } = context.params
  if (!principal) audit.refuseUnknown(failure.code)
  else if (principal.kind !== 'system') audit.refuse(refused(context, failure))
}
