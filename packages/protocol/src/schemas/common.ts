import { type Static, type TObject, type TProperties, type TSchema, Type } from '@sinclair/typebox'

export const Id = Type.String({ format: 'uuid' })
export const Timestamp = Type.String({ format: 'date-time' })
export const Name = Type.String({ minLength: 1, maxLength: 200, pattern: '\\S' })
/** Text that reaches the database: Postgres takes no NUL. */
export const Text = (maxLength: number) => Type.String({ maxLength, pattern: '^[^\\u0000]*$' })
/** JSON of the harness's own making, kept as it came. */
export const Json = Type.Record(Type.String(), Type.Unknown())

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()])

/** One of a list of words. Written as `enum`, which ajv and OpenAPI read better than a union of constants. */
export const words = <const T extends readonly string[]>(values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] })

/** An object that takes the named fields and no other. */
export const strict = <T extends TProperties>(properties: T): TObject<T> =>
  Type.Object(properties, { additionalProperties: false })

export type { Static }
