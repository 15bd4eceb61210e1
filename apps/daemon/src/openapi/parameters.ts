import type { TObject, TSchema } from '@feathersjs/typebox'
import { pageSizes } from '../lists/list-schema.js'
import type { Components } from './components.js'

/** What the names with `$` mean, and how arrays among them are written in a query string. */
const syntax: Record<string, { name?: string; description: string }> = {
  $limit: {
    description: `Rows at most: ${pageSizes.usual} if left out, ${pageSizes.most} whatever is asked for.`,
  },
  $skip: { description: 'Rows to leave out at the beginning.' },
  $sort: { description: '`$sort[created_at]=-1`: newest first.' },
  $select: { name: '$select[]', description: 'Rows then hold their `id` and these fields only.' },
  $total: { description: '`false` leaves the total out, and saves counting.' },
  $or: {
    name: '$or[0]',
    description: 'Rows that fit any of these: `$or[0][name]=a&$or[1][name]=b`, up to 20.',
  },
}

/** The id in a path. */
export const idParameter = (id: TSchema, components: Components) => ({
  name: 'id',
  in: 'path',
  required: true,
  schema: components.describe(id),
})

/** A query as parameters: objects as `name[key]=value`, which is how Feathers reads them. */
export function queryParameters(query: TObject | undefined, components: Components): object[] {
  return Object.entries(query?.properties ?? {}).map(([field, schema]) => {
    const { name = field, description = schema.description } = syntax[field] ?? {}
    const value = name === '$or[0]' ? (schema.items as TSchema) : schema
    const isObject = [value, ...((value.anyOf as TSchema[] | undefined) ?? [])].some(
      ({ type }) => type === 'object',
    )
    return {
      name,
      in: 'query',
      required: query?.required?.includes(field) ?? false,
      ...(description ? { description } : {}),
      ...(isObject ? { style: 'deepObject', explode: true } : {}),
      schema: components.describe(value),
    }
  })
}
