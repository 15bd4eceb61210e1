import { getServiceOptions } from '@feathersjs/feathers'
import { policyOf } from '@yardmaster/policy'
import { placementOf } from '@yardmaster/proxy'
import { hasPublisher } from './realtime/publish.js'
import type { App } from './yard.js'

/**
 * Nothing is served that nobody decided on: each method needs a policy and a placement, each service a publisher.
 *
 * @throws an error that names the first one missing
 */
export function checkDeclared(app: App): void {
  for (const [path, service] of Object.entries(app.services as Record<string, object>)) {
    if (!hasPublisher(app, path)) throw new Error(`The service ${path} names no publisher.`)
    for (const method of getServiceOptions(service as never).methods ?? []) {
      if (!policyOf(path, method)) throw new Error(`The method ${path}.${method} has no policy.`)
      if (!placementOf(path, method)) throw new Error(`The method ${path}.${method} has no placement.`)
    }
  }
}
