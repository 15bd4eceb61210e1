import { bodyParser, type Middleware } from '@feathersjs/koa'
import { attachmentLimits, YardmasterError } from '@yardmaster/protocol'
import type { Yard } from '../yard.js'

const parser = (jsonLimit: string | number): Middleware =>
  bodyParser({
    jsonLimit: jsonLimit as string,
    text: false,
    urlencoded: false,
    multipart: false,
    parsedMethods: ['POST', 'PATCH', 'PUT', 'DELETE'] as never,
  })

/** As base64, and what else there is to say of it. */
const withFile = Math.ceil((attachmentLimits.bytes * 4) / 3) + 65_536

/**
 * Reads JSON bodies of up to 1 MiB; where files are put, up to what a file may be. Who sends so much must show a token
 * of ours first: what else there is to ask of it is asked once the body is read.
 */
export function readBody(yard: Yard): Middleware {
  const usual = parser('1mb')
  const large = parser(withFile)
  return async (ctx, next) => {
    if (
      ctx.method !== 'POST' ||
      !/^\/attachments\/?$/.test(ctx.path) ||
      !showsToken(yard, ctx.headers.authorization)
    )
      return usual(ctx, next)
    let read = false
    try {
      await large(ctx, () => {
        read = true
        return next()
      })
    } catch (error) {
      if (!read && (error as { status?: unknown }).status === 413)
        throw new YardmasterError('ATTACHMENT_TOO_LARGE')
      throw error
    }
  }
}

function showsToken(yard: Yard, header: string | undefined): boolean {
  try {
    yard.tokens.verify(header?.replace(/^Bearer /i, '') ?? '')
    return true
  } catch {
    return false
  }
}
