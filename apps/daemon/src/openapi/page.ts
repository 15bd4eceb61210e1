import type { Middleware } from '@feathersjs/koa'
import swagger from 'feathers-swagger'

// Everything from this daemon, nothing from elsewhere. Swagger UI writes style attributes and data: images.
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join('; ')

/** Sends the policy along with the files of `/docs/`, and leads `/docs` there: the page names them relatively. */
export const guardPage: Middleware = (ctx, next) => {
  if (ctx.path === '/docs') return ctx.redirect('/docs/')
  if (ctx.path.startsWith('/docs/')) ctx.set('content-security-policy', policy)
  return next()
}

// Without the bar for other documents and without the badge, which asks a host elsewhere whether this one is valid.
const script = `window.onload = () => {
  window.ui = SwaggerUIBundle({
    url: '../openapi.json',
    dom_id: '#swagger-ui',
    deepLinking: true,
    validatorUrl: null,
    presets: [SwaggerUIBundle.presets.apis],
    layout: 'BaseLayout',
  })
}
`

/** Swagger UI, from its package. */
export const page = swagger.swaggerUI({ docsPath: '/docs', getSwaggerInitializerScript: () => script })
