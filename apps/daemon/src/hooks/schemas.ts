import { Ajv } from '@feathersjs/schema'
import type { TSchema } from '@feathersjs/typebox'
import { YardmasterError } from '@yardmaster/protocol'
import addFormats from 'ajv-formats'

/** Returns what it was given, with texts turned into numbers where it is a query. @throws INVALID */
export type Check = (value: unknown) => unknown

const strict = { strict: false, allErrors: false } as const
const dataAjv = addFormats(new Ajv(strict), ['uuid', 'date-time'])
// Over REST everything in a query is text.
const queryAjv = addFormats(new Ajv({ ...strict, coerceTypes: true }), ['uuid', 'date-time'])

export const compileData = (schema: TSchema): Check => compile(dataAjv, schema, 'The body')
export const compileQuery = (schema: TSchema): Check => compile(queryAjv, schema, 'The query')

function compile(ajv: Ajv, schema: TSchema, what: string): Check {
  const validate = ajv.compile(schema)
  return (value) => {
    if (validate(value)) return value
    const { instancePath, message, params } = validate.errors?.[0] ?? {}
    const field = (instancePath ?? '').slice(1).replaceAll('/', '.')
    const named = params?.additionalProperty
      ? `has the unknown field "${params.additionalProperty}"`
      : message
    throw new YardmasterError('INVALID', `${field ? `${what}'s ${field}` : what} ${named}.`)
  }
}
