import { type TObject, type TProperties, type TSchema, Type } from '@feathersjs/typebox'

/** Rows of a list at most, and where nothing else was asked for. */
export const pageSizes = { most: 200, usual: 50 }

/** The operators of Feathers' query syntax that lists take. */
export const operators = ['$gt', '$gte', '$lt', '$lte', '$ne', '$in', '$nin'] as const

/** Null is tried first: over REST it is written as an empty text, which a text would take for itself. */
const nullFirst = (value: TSchema): TSchema => {
  const kinds = value.anyOf as TSchema[] | undefined
  return kinds ? Type.Union([...kinds].sort((a) => (a.type === 'null' ? -1 : 1))) : value
}

function comparison(value: TSchema): TSchema {
  const single = Object.fromEntries(
    operators.map((name) => [
      name,
      name === '$in' || name === '$nin' ? Type.Array(value, { maxItems: 200 }) : value,
    ]),
  )
  const object = Type.Partial(Type.Object(single), { additionalProperties: false, minProperties: 1 })
  return Type.Union([value, object])
}

/**
 * The query of a list: the named fields of the row, compared; `$or` one level deep; sorting, paging and choosing
 * fields. Written out instead of Feathers' own `querySyntax`, whose `$and` lets comparisons on any column through.
 *
 * @param row the wire schema of the rows
 * @param filters fields that may be compared and sorted by
 * @param more what else the list takes, that is no field of its rows
 */
export function listSchema(row: TObject, filters: readonly string[], more: TProperties = {}): TSchema {
  const fields = Object.fromEntries(
    filters.map((name) => [name, comparison(nullFirst(row.properties[name] as TSchema))]),
  )
  const order = Type.Union([Type.Literal(1), Type.Literal(-1)])
  const select = { type: 'string', enum: Object.keys(row.properties) } as unknown as TSchema
  return Type.Partial(
    Type.Object({
      ...fields,
      ...more,
      $or: Type.Array(Type.Partial(Type.Object(fields), { additionalProperties: false, minProperties: 1 }), {
        minItems: 1,
        maxItems: 20,
      }),
      $limit: Type.Integer({ minimum: 0 }),
      $skip: Type.Integer({ minimum: 0, maximum: 1_000_000_000 }),
      $sort: Type.Partial(Type.Object(Object.fromEntries(filters.map((name) => [name, order]))), {
        additionalProperties: false,
      }),
      $select: Type.Array(select, { maxItems: 100 }),
      $total: Type.Boolean(),
    }),
    { additionalProperties: false },
  )
}
