import { Ajv } from '@feathersjs/schema'
import type { TSchema } from '@feathersjs/typebox'
import { YardmasterError } from '@yardmaster/protocol'
import addFormats from 'ajv-formats'

/** Returns what it was given, texts turned into what they mean where it is a query over REST. @throws INVALID */
export type Check = (value: unknown) => unknown

/**
 * Ids in the one form that the daemon writes them in. Capitals would be the same row to the database, and another
 * room and another session to whoever compares texts.
 */
export const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Tidying up the code that it makes is half of the time that a check takes to be made, and the check is no faster for it.
const code = { optimize: false }
const ajv = (options: object): Ajv =>
  addFormats(new Ajv({ strict: false, allErrors: false, code, ...options }), ['date-time']).addFormat(
    'uuid',
    uuid,
  )
const asGiven = ajv({})
// Over REST everything in a query is text. A socket says what it means: a null there must not become ''.
const fromText = ajv({ coerceTypes: true })

export const compileData = (schema: TSchema): Check => compile(asGiven, schema, 'The body')

export type Transport = 'rest' | 'socketio'

/** The checks of a query, by the transport it comes over. */
export const compileQuery = (schema: TSchema): Record<Transport, Check> => ({
  rest: compile(fromText, schema, 'The query'),
  socketio: compile(asGiven, schema, 'The query'),
})

/** A check that is made when it is first needed: to make all of them was more than half of what a start computed. */
function compile(ajv: Ajv, schema: TSchema, what: string): Check {
  let validate: ReturnType<Ajv['compile']> | undefined
  return (value) => {
    validate ??= ajv.compile(schema)
    if (validate(value)) return value
    const { instancePath, message, params } = validate.errors?.[0] ?? {}
    const field = (instancePath ?? '').slice(1).replaceAll('/', '.')
    const named = params?.additionalProperty
      ? `has the unknown field "${params.additionalProperty}"`
      : message
    throw new YardmasterError('INVALID', `${field ? `${what}'s ${field}` : what} ${named}.`)
  }
}
