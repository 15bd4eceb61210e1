import type { IncomingHttpHeaders } from 'node:http'
import type { Middleware } from '@feathersjs/koa'
import type { Settings } from '@yardmaster/protocol'
import type { Yard } from '../yard.js'

const loopback = /^(127\.\d+\.\d+\.\d+|::1)$/

/**
 * Where a call comes from. `x-forwarded-for` is believed of a proxy on this host, and only where YARDMASTER_PUBLIC_URL
 * says that there is one: of anybody else it is a claim. Its last address is the one that the proxy itself saw.
 */
export function addressOf(
  { public_url }: Pick<Settings, 'public_url'>,
  peer: string | undefined,
  headers: IncomingHttpHeaders,
): string | null {
  const seen = peer?.replace(/^::ffff:/, '') ?? null
  const forwarded = headers['x-forwarded-for']
  if (!public_url || !seen || !loopback.test(seen) || !forwarded) return seen
  return plainAddress(String(forwarded).split(',').at(-1) ?? '') ?? seen
}

/** An address as text, or null for what is none: it goes into rows and keys. */
const plainAddress = (text: string): string | null => /^[0-9a-f.:]{3,45}$/i.exec(text.trim())?.[0] ?? null

/** Hands the address of a REST call to the service that it calls, as `params.address`. */
export const readAddress =
  ({ settings }: Yard): Middleware =>
  (ctx, next) => {
    const address = addressOf(settings, ctx.req.socket.remoteAddress, ctx.headers)
    Object.assign(ctx, { feathers: { ...ctx.feathers, address } })
    return next()
  }
