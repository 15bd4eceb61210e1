import swagger from 'feathers-swagger'
import { version } from '../version.js'
import type { App } from '../yard.js'
import type { ServiceDocs } from './document-service.js'
import { errorResponses, errorSchema } from './failures.js'
import { guardPage, page } from './page.js'

/** A path that answers with one word and the version, and asks for no token. */
const health = (name: string, status: string, summary: string, failures: object = {}) => ({
  get: {
    tags: ['health'],
    operationId: name,
    summary,
    security: [],
    responses: {
      200: {
        description: 'Yes.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['status', 'version'],
              properties: { status: { const: status }, version: { type: 'string' } },
              additionalProperties: false,
            },
          },
        },
      },
      ...failures,
    },
  },
})

/**
 * The document at `/openapi.json` and its page at `/docs/`. Every service that is placed after this describes itself
 * by the `docs` of its options. OpenAPI 3.1, since its schemas are JSON Schema as TypeBox writes it: 3.0 has no null.
 */
export function openapi(app: App): void {
  app.use(guardPage)
  app.configure(
    swagger({
      docsJsonPath: '/openapi.json',
      ui: page,
      idType: 'string',
      specs: {
        openapi: '3.1.0',
        info: {
          title: 'Yardmaster',
          version,
          description:
            'Runs AI coding agents in git worktrees. Sockets call the same methods by the same names.',
          license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
        },
        servers: [{ url: '/' }],
        security: [{ token: [] }],
        tags: [{ name: 'health', description: 'Whether the daemon serves.' }],
        paths: {
          '/healthz': health('healthz', 'ok', 'Whether the daemon serves'),
          '/readyz': health('readyz', 'ready', 'Whether its database answers and is migrated', {
            503: { $ref: '#/components/responses/Unavailable' },
          }),
        },
        components: {
          schemas: { Error: errorSchema },
          responses: errorResponses,
          securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
        },
      },
    }) as never,
  )
  const { paths } = (app as unknown as { docs: { paths: object } }).docs
  app.mixins.push((_service, _path, options) => {
    Object.assign(paths, (options as { docs?: ServiceDocs } | undefined)?.docs?.paths)
  })
}
