import { type Presenter, type Queryable, runPrepared } from '@yardmaster/store'
import { conditions, joined, numbered, type Sql } from './conditions.js'
import { pageSizes } from './list-schema.js'

export interface ListOptions {
  table: string
  present: Presenter
  /** What the caller may see at all, over the alias `x`. Joined to every filter by `and`. */
  scope: Sql
  /** SQL for filters that are no columns, over the alias `x`. */
  derived?: Record<string, string>
  /** The field that orders rows which nothing else orders. Default `id`, which is the order of creation. */
  order?: string
}

export interface Page {
  total?: number
  limit: number
  skip: number
  data: object[]
}

type Query = Record<string, unknown>

/**
 * Runs a checked list query. Scope and filters stand in the SQL of the rows and of the total alike, so that both are
 * always those of the scope. The total is left out where it was not wanted or rows are paged by `seq`.
 */
export async function list(on: Queryable, query: Query, options: ListOptions): Promise<Page> {
  const {
    $limit = pageSizes.usual,
    $skip = 0,
    $sort = {},
    $total = true,
    $or,
    $select: _,
    ...filters
  } = query
  const limit = Math.min($limit as number, pageSizes.most)
  const skip = $skip as number
  const column = (field: string): string => options.derived?.[field] ?? `x.${field}`
  const anyOf = ($or as Query[] | undefined)?.map((one) => joined(conditions(one, column), 'and'))
  const where = joined(
    [options.scope, ...conditions(filters, column), ...(anyOf ? [joined(anyOf, 'or')] : [])],
    'and',
  )
  const from = `from ${options.table} as x where ${where.sql}`
  const page = `order by ${orderOf($sort as Record<string, 1 | -1>, options.order ?? 'id', column)} limit ? offset ?`

  const counted = $total !== false && !pagesBySeq(filters)
  const [data, total] = await Promise.all([
    limit > 0
      ? runPrepared<{ wire: object }>(
          on,
          numbered(`select ${options.present('x')} as wire ${from} ${page}`),
          [...where.values, limit, skip],
        )
      : [],
    counted
      ? runPrepared<{ total: number }>(on, numbered(`select count(*) as total ${from}`), [...where.values])
      : undefined,
  ])
  const answer = { limit, skip, data: data.map(({ wire }) => wire) }
  return total ? { total: total[0]!.total, ...answer } : answer
}

/** Ends with a field that orders every row, so that pages neither repeat nor miss one. */
function orderOf(sort: Record<string, 1 | -1>, last: string, column: (field: string) => string): string {
  return Object.entries({ ...sort, [last]: sort[last] ?? 1 })
    .map(([field, way]) => `${column(field)} ${way === 1 ? 'asc' : 'desc'}`)
    .join(', ')
}

const pagesBySeq = ({ seq }: Query): boolean =>
  seq !== null && typeof seq === 'object' && ('$gt' in seq || '$lt' in seq)
