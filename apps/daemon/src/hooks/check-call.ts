import type { TSchema } from '@feathersjs/typebox'
import { customMethodsOf, type Principal, type PrincipalKind, YardmasterError } from '@yardmaster/protocol'
import { type Call, type CallHook, idOf } from './context.js'
import { type Check, compileData, compileQuery, type Transport, uuid } from './schemas.js'
import { refuseUnstorable } from './storable.js'

type DataSchema = TSchema | Partial<Record<PrincipalKind, TSchema>>

/** What a service's calls must look like. Anything that is not named is refused. */
export interface CallSchemas {
  /** By method; where the fields differ by kind of principal, by kind. */
  data?: Record<string, DataSchema>
  /** By method; without one, the query must be empty. */
  query?: Record<string, TSchema>
}

export const isId = (value: unknown): value is string => typeof value === 'string' && uuid.test(value)

/**
 * Checks id, query and data before anything else looks at them. An id is one UUID as text: over a socket it could
 * be an object or an array, and null would mean every row.
 */
export function checkCall(schemas: CallSchemas): CallHook {
  const data = new Map<string, Check | Partial<Record<PrincipalKind, Check>>>()
  for (const [method, schema] of Object.entries(schemas.data ?? {}))
    data.set(method, isSchema(schema) ? compileData(schema) : byKind(schema))
  const query = new Map(
    Object.entries(schemas.query ?? {}).map(([method, schema]) => [method, compileQuery(schema)]),
  )
  const noQuery = compileQuery(empty)

  return (context, next) => {
    if (context.params.provider) {
      checkId(context)
      refuseUnstorable(context.params.query, 'The query')
      const checkQuery = query.get(context.method) ?? noQuery
      context.params.query = checkQuery[context.params.provider as Transport](
        context.params.query ?? {},
      ) as object
      const check = data.get(context.method)
      const { kind }: Principal = context.params.principal
      const forKind = typeof check === 'function' ? check : check?.[kind]
      refuseUnstorable(context.data, 'The body')
      // A kind of principal with no schema of its own has no leave either; the policy says so.
      if (forKind) context.data = forKind(context.data ?? {})
    }
    return next()
  }
}

const empty = { type: 'object', properties: {}, additionalProperties: false } as unknown as TSchema

/** Whether there is one schema for all kinds of principals. */
export const isSchema = (schema: DataSchema): schema is TSchema => 'type' in schema || 'anyOf' in schema

const byKind = (schemas: Partial<Record<PrincipalKind, TSchema>>) =>
  Object.fromEntries(Object.entries(schemas).map(([kind, schema]) => [kind, compileData(schema)]))

function checkId(context: Call): void {
  const { method, path } = context
  const named = ['get', 'patch', 'remove'].includes(method) || customMethodsOf(path).includes(method)
  // Signing out names no row.
  if (named && path !== 'authentication' && !isId(idOf(context))) throw new YardmasterError('INVALID_ID')
}
