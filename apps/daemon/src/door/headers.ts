import type { Middleware } from '@feathersjs/koa'
import helmet from 'koa-helmet'
import type { Yard } from '../yard.js'

const nothing = ["'none'"]

/**
 * Helmet's headers for whatever a browser may come to by itself: pages, files, answers without a sign-in. What is no
 * page may load nothing and be framed by nobody; pages put a policy of their own in the place of this one.
 *
 * A call that carries a token in its header is none of these: no page of another site and no navigation can send one.
 * It goes without, since that is every call of an executor (9 µs each).
 */
export function headers({ settings }: Pick<Yard, 'settings'>): Middleware {
  const set = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        'default-src': nothing,
        'base-uri': nothing,
        'form-action': nothing,
        'frame-ancestors': nothing,
      },
    },
    xFrameOptions: { action: 'deny' },
    // Only where TLS is in front: over plain http browsers pay no heed, and a daemon that lost its TLS must stay reachable.
    strictTransportSecurity: settings.public_url?.startsWith('https:')
      ? { maxAge: 31_536_000, includeSubDomains: false }
      : false,
  }) as unknown as Middleware
  return (ctx, next) => (ctx.headers.authorization ? next() : set(ctx, next))
}
