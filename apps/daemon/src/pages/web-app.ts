import { randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { FeathersKoaContext, Middleware } from '@feathersjs/koa'
import { YardmasterError } from '@yardmaster/protocol'
import type { Yard } from '../yard.js'
import { type Built, type BuiltFile, readBuilt } from './built.js'

// The same place from the sources and from what they are compiled to.
const directory = join(__dirname, '../../../web/dist')

/**
 * `/app/`: the web app, as `npm run build` left it. Any path below that is no file is a page of the app, which finds out
 * itself which. `/` leads there.
 */
export function webApp({ push }: Pick<Yard, 'push'>): Middleware {
  let built: Built | null = null
  return async (ctx, next) => {
    if (ctx.path === '/' || ctx.path === '/app') return ctx.redirect('/app/')
    if (!ctx.path.startsWith('/app/') || !['GET', 'HEAD'].includes(ctx.method)) return next()
    built ??= readBuilt(directory, { __PUSH_KEY__: push.public_key })
    if (!built) return sendUnbuilt(ctx)
    const name = ctx.path.slice('/app/'.length)
    const file = built.files.get(name)
    if (file) return sendFile(ctx, name, file)
    // A page that was loaded before an update may ask for a part that is gone: the page itself would be no answer.
    if (name.startsWith('assets/')) throw new YardmasterError('NO_SUCH_ROUTE')
    sendPage(ctx, built.pageAt(name))
  }
}

function sendPage(ctx: FeathersKoaContext, page: readonly string[]): void {
  const nonce = randomBytes(18).toString('base64')
  ctx.set('content-security-policy', policy(nonce, ctx.host))
  // Each has a nonce of its own.
  ctx.set('cache-control', 'no-store')
  ctx.type = 'html'
  ctx.body = page.join(nonce)
}

async function sendFile(ctx: FeathersKoaContext, name: string, file: BuiltFile): Promise<void> {
  const encoded = file.encodings.find(({ name: encoding }) => ctx.acceptsEncodings(encoding))
  const path = encoded?.path ?? file.path
  if (encoded) ctx.set('content-encoding', encoded.name)
  ctx.vary('accept-encoding')
  // The names of assets hold the digest of their content.
  ctx.set('cache-control', name.startsWith('assets/') ? 'public, max-age=31536000, immutable' : 'no-cache')
  ctx.type = extname(name)
  ctx.length = (await stat(path)).size
  ctx.body = createReadStream(path)
}

function sendUnbuilt(ctx: FeathersKoaContext): void {
  ctx.status = 503
  ctx.type = 'text'
  ctx.body = 'The web app is not built here. Run "npm run build", then load this page again.\n'
}

/**
 * Scripts from here alone, none inline, no eval. Styles too, but for the elements that carry this page's nonce: those
 * that the components make for themselves. Sockets are named for browsers where 'self' does not cover them.
 */
function policy(nonce: string, host: string): string {
  const sockets = /^[\w.:[\]-]+$/.test(host) ? ` ws://${host} wss://${host}` : ''
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${sockets}`,
    "manifest-src 'self'",
    "worker-src 'self'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ')
}
