import type { NextFunction } from '@feathersjs/feathers'
import type { Attachment } from '@yardmaster/protocol'
import { type Call, rowOf } from '../../hooks/context.js'

/**
 * What somebody put there leaves over REST as a file to be stored, whatever it is: a browser that is led to it shows
 * nothing of it, takes it for nothing else than what it says, and would run nothing in it. The app reads it by a call.
 */
export async function asFile(context: Call, next: NextFunction): Promise<void> {
  await next()
  const { name, media_type } = rowOf<Attachment>(context.params.target)
  context.http = {
    ...context.http,
    headers: {
      'content-type': media_type,
      'content-disposition': `attachment; filename*=UTF-8''${encoded(name)}`,
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'private, no-store',
    },
  }
}

/** As RFC 8187 has it: it lets through less than a URL does. */
const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
