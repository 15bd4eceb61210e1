import type { TSchema } from '@feathersjs/typebox'
import { customMethodsOf, type Principal, type PrincipalKind, YardmasterError } from '@yardmaster/protocol'
import { type Call, type CallHook, idOf } from './context.js'
import { type Check, compileData, compileQuery } from './schemas.js'

type DataSchema = TSchema | Partial<Record<PrincipalKind, TSchema>>

/** What a service's calls must look like. Anything that is not named is refused. */
export interface CallSchemas {
  /** By method; where the fields differ by kind of principal, by kind. */
  data?: Record<string, DataSchema>
  /** By method; without one, the query must be empty. */
  query?: Record<string, TSchema>
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
export const isId = (value: unknown): value is string => typeof value === 'string' && UUID.test(value)

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
      refuseForeignKeys(context.params.query, 'query')
      context.params.query = (query.get(context.method) ?? noQuery)(context.params.query ?? {}) as object
      const check = data.get(context.method)
      const { kind }: Principal = context.params.principal
      const forKind = typeof check === 'function' ? check : check?.[kind]
      refuseForeignKeys(context.data, 'data')
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

const deepest = 64
const forbidden = ['__proto__', 'constructor', 'prototype']

/** An own `__proto__` key becomes the prototype of whatever the object is copied into. */
function refuseForeignKeys(value: unknown, where: string, depth = 0): void {
  if (value === null || typeof value !== 'object') return
  if (depth > deepest) throw new YardmasterError('INVALID', `The ${where} is nested too deeply.`)
  if (Array.isArray(value)) {
    for (const item of value) refuseForeignKeys(item, where, depth + 1)
    return
  }
  const prototype = Object.getPrototypeOf(value)
  const plain = prototype === Object.prototype || prototype === null
  if (!plain || forbidden.some((key) => Object.hasOwn(value, key)))
    throw new YardmasterError('INVALID', `The ${where} has a key that no field can have.`)
  for (const item of Object.values(value)) refuseForeignKeys(item, where, depth + 1)
}
