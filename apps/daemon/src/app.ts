import { feathers } from '@feathersjs/feathers'
import { koa, rest } from '@feathersjs/koa'
import { checkDeclared } from './check-declared.js'
import { readAddress } from './door/address.js'
import { headers } from './door/headers.js'
import { checkOrigin } from './door/origin.js'
import { answerFailures } from './hooks/answer-failures.js'
import { openapi } from './openapi/openapi.js'
import { webApp } from './pages/web-app.js'
import { publishUnder } from './realtime/publish.js'
import { answerRestFailures } from './rest/answer-failures.js'
import { routeCustomMethods } from './rest/custom-methods.js'
import { readDeleteBody } from './rest/delete-body.js'
import { health } from './rest/health.js'
import { logBroken } from './rest/log-broken.js'
import { readBody } from './rest/read-body.js'
import { readQuery } from './rest/read-query.js'
import { refuseInherited } from './rest/refuse-inherited.js'
import { services } from './services/index.js'
import { serveSockets } from './sockets/sockets.js'
import type { App, Yard } from './yard.js'

/**
 * The Feathers application: REST and sockets over one set of services.
 *
 * @param more adds services after the daemon's own, before it is checked that each is declared
 * @throws when a registered method has no policy or no placement, or a service no publisher
 */
export function createApp(yard: Yard, more: (app: App) => void = () => undefined): App {
  const app = koa(feathers()) as App
  app.on('error', logBroken(yard))
  app.use(headers(yard))
  app.use(answerRestFailures(yard))
  app.use(health(yard))
  app.use(checkOrigin(yard))
  app.use(webApp(yard))
  app.configure(openapi)
  app.use(readAddress(yard))
  app.use(refuseInherited)
  app.use(readQuery)
  app.use(readBody(yard))
  app.use(readDeleteBody)
  app.use(routeCustomMethods)
  app.configure(rest())
  publishUnder(app, yard.access)
  serveSockets(app, yard)
  app.hooks({ around: { all: [answerFailures(yard)] } } as never)
  for (const place of services) place(app, yard)
  more(app)
  checkDeclared(app)
  return app
}
