import { type TObject, type TSchema, Type } from '@feathersjs/typebox'
import { policyOf } from '@yardmaster/policy'
import { customMethods, customPath, Id } from '@yardmaster/protocol'
import type { ServiceSwaggerOptions } from 'feathers-swagger'
import { type CallSchemas, isSchema } from '../hooks/check-call.js'
import { isLimited } from '../hooks/limit-rate.js'
import { Components } from './components.js'
import { failuresWith } from './failures.js'
import { idParameter, queryParameters } from './parameters.js'
import { whoMayCall } from './who-may-call.js'

/** What the documentation says of a service beyond what its checks know. */
export interface Documentation {
  /** What the service is, in one sentence. */
  about: string
  /** The wire schema of its rows, which standard methods answer: a list in pages. */
  row?: TSchema
  /** By method, other answers. */
  answers?: Record<string, TSchema>
  /** What a method does, where its name and the service's do not say it. */
  summaries?: Record<string, string>
  /** By method, statuses of refusals that calls of its kind do not have otherwise. */
  failures?: Record<string, readonly number[]>
  /** Methods that answer bytes in the place of JSON. */
  binary?: readonly string[]
  /** Methods that are called without a token. */
  open?: readonly string[]
  /** Methods that name no row, though Feathers would take an id. */
  rowless?: readonly string[]
}

interface Documented {
  methods: readonly string[]
  schemas: CallSchemas
  docs: Documentation
}

/** Options of feathers-swagger, and the paths of the custom methods, which it would find only if it routed them. */
export type ServiceDocs = ServiceSwaggerOptions & { paths: Record<string, object> }

type Verb = 'GET' | 'POST' | 'PATCH' | 'DELETE'
const standard: Record<string, { verb: Verb; status: number; does: string }> = {
  find: { verb: 'GET', status: 200, does: 'List' },
  get: { verb: 'GET', status: 200, does: 'Read a' },
  create: { verb: 'POST', status: 201, does: 'Create a' },
  patch: { verb: 'PATCH', status: 200, does: 'Change a' },
  remove: { verb: 'DELETE', status: 200, does: 'Remove a' },
}

/** A page of a list. The total is left out where it was not wanted, or rows are paged by `seq`. */
export const pageOf = (row: TSchema) =>
  Type.Object(
    {
      total: Type.Optional(Type.Integer()),
      limit: Type.Integer(),
      skip: Type.Integer(),
      data: Type.Array(row),
    },
    { additionalProperties: false },
  )

/** Writes the documentation of a service from what its calls are checked against. */
export function documentService(path: string, { methods, schemas, docs }: Documented): ServiceDocs {
  const components = new Components()
  const custom = (customMethods as Record<string, Record<string, { verb: Verb; status: number }>>)[path] ?? {}
  const rowless = docs.rowless ?? []
  // feathers-swagger has a second name for the form of a method that takes no id.
  const operations = methods.map((method) =>
    rowless.includes(method)
      ? { [method]: false as const, [`${method}Multi`]: operation(method) }
      : { [method]: operation(method) },
  )
  const paths = Object.entries(custom).map(
    ([method, { verb }]) =>
      [customPath(path, method, '{id}'), { [verb.toLowerCase()]: operation(method) }] as const,
  )
  return {
    description: docs.about,
    multi: rowless as ServiceSwaggerOptions['multi'] & object,
    operations: Object.assign({}, ...operations),
    paths: Object.fromEntries(paths),
    schemas: components.schemas,
  }

  function operation(method: string) {
    const { verb, status } = (custom[method] ?? standard[method]) as { verb: Verb; status: number }
    const named = method !== 'find' && method !== 'create' && !rowless.includes(method)
    const open = docs.open?.includes(method) ?? false
    const onRows = !open && !rowless.includes(method)
    // Over REST the id of a custom method stands in the path, and a GET has no body.
    const data = custom[method] ? withoutId(schemas.data?.[method] as TObject) : dataOf(method)
    const body = verb === 'GET' ? undefined : data
    const query = (verb === 'GET' && data ? data : schemas.query?.[method]) as TObject | undefined
    return {
      tags: [path],
      operationId: `${path}.${method}`,
      summary: docs.summaries?.[method] ?? summary(method),
      description: whoMayCall(path, method),
      security: open ? [] : [{ token: [] }],
      parameters: [...(named ? [idParameter(Id, components)] : []), ...queryParameters(query, components)],
      ...(body
        ? {
            requestBody: {
              required: !body.properties || (body.required ?? []).length > 0,
              content: json(body),
            },
          }
        : {}),
      responses: {
        [status]: { description: 'Done.', content: contentOf(method) },
        ...failuresWith([
          ...[400, 401, 403, 500, 503],
          ...(isLimited(path, method) ? [429] : []),
          ...(onRows && method !== 'find' ? [404] : []),
          // An executor whose attempt is over is told so when it reads, too.
          ...(onRows && (verb !== 'GET' || policyOf(path, method)?.executor) ? [409] : []),
          ...(body ? [413] : []),
          ...(docs.failures?.[method] ?? []),
        ]),
      },
    }
  }

  /** The body; where kinds of principal may say different things, any of them. */
  function dataOf(method: string): TSchema | undefined {
    const data = schemas.data?.[method]
    if (!data || isSchema(data)) return data as TSchema | undefined
    return Type.Union(Object.values(data))
  }

  function answerOf(method: string): TSchema {
    const answer = docs.answers?.[method]
    if (answer || custom[method] || !docs.row) return answer ?? Type.Unknown()
    return method === 'find' ? pageOf(docs.answers?.get ?? docs.row) : docs.row
  }

  function contentOf(method: string) {
    if (!docs.binary?.includes(method)) return json(answerOf(method))
    return { '*/*': { schema: answerOf(method) } }
  }

  function summary(method: string): string {
    const does = standard[method]?.does
    const rows = path.replaceAll('-', ' ')
    return does ? `${does} ${method === 'find' ? rows : rows.replace(/s$/, '')}` : method
  }

  function json(schema: TSchema) {
    return { 'application/json': { schema: components.describe(schema) } }
  }
}

function withoutId({ properties: { id: _, ...properties }, required, ...schema }: TObject): TSchema {
  return {
    ...schema,
    properties,
    required: (required ?? []).filter((name: string) => name !== 'id'),
  } as unknown as TSchema
}
