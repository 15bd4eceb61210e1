import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import type { Middleware } from '@feathersjs/koa'
import { type Settings, YardmasterError } from '@yardmaster/protocol'
import type { Yard } from '../yard.js'

type Reached = Pick<Settings, 'host' | 'public_url'>

const isLoopback = (name: string): boolean =>
  name === 'localhost' || name === '::1' || name.startsWith('127.')

/**
 * Whether a browser that says so runs a page of ours: one from the public url, from this very host by its address or by
 * the name that it was told to listen on, or from loopback, where a frontend is developed.
 *
 * That the origin equals the `Host` header is not enough for any other name: a stranger's name that leads here does so too.
 *
 * @param origin of the `Origin` header. Programs that are no browsers send none, and are not asked
 */
export function isOurs({ host, public_url }: Reached, origin: string, called: string | undefined): boolean {
  if (!URL.canParse(origin)) return false
  const from = new URL(origin)
  if (!['http:', 'https:'].includes(from.protocol)) return false
  if (public_url && from.origin === new URL(public_url).origin) return true
  const name = from.hostname.replace(/^\[|\]$/g, '')
  const isAddress = isIP(name) !== 0
  if (name === 'localhost' || (isAddress && isLoopback(name))) return true
  return (isAddress || name === host) && from.host === called
}

const mayCall = (settings: Reached, { headers }: IncomingMessage): boolean =>
  headers.origin === undefined || isOurs(settings, headers.origin, headers.host)

/**
 * Refuses calls that a browser makes for the page of another site. There are no cookies here that could be used behind
 * a user's back; this keeps such a page from anything that needs none, like trying passwords, and from whatever is to come.
 */
export const checkOrigin =
  (yard: Yard): Middleware =>
  (ctx, next) => {
    if (mayCall(yard.settings, ctx.req)) return next()
    yard.audit.refuseUnknown('ORIGIN_NOT_ALLOWED')
    throw new YardmasterError('ORIGIN_NOT_ALLOWED')
  }

/** The same for the handshake of a socket, as an option of socket.io: browsers open sockets to any host. */
export const allowRequest =
  (yard: Yard) =>
  (request: IncomingMessage, decide: (refusal: string | null, allowed: boolean) => void): void => {
    const allowed = mayCall(yard.settings, request)
    if (!allowed) yard.audit.refuseUnknown('ORIGIN_NOT_ALLOWED')
    decide(allowed ? null : 'ORIGIN_NOT_ALLOWED', allowed)
  }
