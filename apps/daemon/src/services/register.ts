import { customMethodsOf } from '@yardmaster/protocol'
import { type ChainOptions, chain } from '../hooks/chain.js'
import { type Documentation, documentService } from '../openapi/document-service.js'
import { publishBy } from '../realtime/publish.js'
import type { App, Yard } from '../yard.js'

export interface Registration extends ChainOptions {
  /** Standard methods; the custom ones come from the protocol's table. */
  methods: readonly ('find' | 'get' | 'create' | 'patch' | 'remove')[]
  docs: Documentation
  publisher: Parameters<typeof publishBy>[2]
}

/** Puts a service in place with the hook chain, its methods and its publisher. */
export function register(app: App, yard: Yard, path: string, service: object, options: Registration): void {
  app.use(
    path,
    service as never,
    {
      methods: [...options.methods, ...customMethodsOf(path)],
      events: [],
      docs: documentService(path, options),
    } as never,
  )
  ;(app.service(path) as unknown as { hooks(map: object): void }).hooks(chain(yard, options))
  publishBy(app, path, options.publisher)
}
