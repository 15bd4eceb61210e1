import { build, type Presenter, type Queryable, run } from '@yardmaster/store'
import type { Knex } from 'knex'
import { pageSizes } from './list-schema.js'

export interface ListOptions {
  table: string
  present: Presenter
  /** SQL and values of what the caller may see at all, over the alias `x`. Joined to every filter by `and`. */
  scope: { sql: string; values: unknown[] }
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

const comparisons: Record<string, string> = { $gt: '>', $gte: '>=', $lt: '<', $lte: '<=' }

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
  const from = () => {
    const rows = build(`${options.table} as x`).whereRaw(options.scope.sql, options.scope.values as never)
    compare(rows, filters, options)
    if ($or)
      rows.andWhere((any) => {
        for (const one of $or as Query[]) any.orWhere((each) => compare(each, one, options))
      })
    return rows
  }
  const rows = from()
    .select(build.raw(`${options.present('x')} as wire`))
    .limit(limit)
    .offset(skip)
  const order = { ...($sort as Record<string, 1 | -1>) }
  const last = options.order ?? 'id'
  for (const [field, way] of Object.entries({ ...order, [last]: order[last] ?? 1 }))
    rows.orderByRaw(`${column(field, options)} ${way === 1 ? 'asc' : 'desc'}`)

  const counted = $total !== false && !pagesBySeq(filters)
  const [data, total] = await Promise.all([
    limit > 0 ? run<{ wire: object }>(on, rows) : [],
    counted ? run<{ total: number }>(on, from().count({ total: '*' })) : undefined,
  ])
  const page = { limit, skip, data: data.map(({ wire }) => wire) }
  return total ? { total: total[0]!.total, ...page } : page
}

const pagesBySeq = ({ seq }: Query): boolean =>
  seq !== null && typeof seq === 'object' && ('$gt' in seq || '$lt' in seq)

const column = (field: string, { derived }: ListOptions): string => derived?.[field] ?? `x.${field}`

function compare(rows: Knex.QueryBuilder, filters: Query, options: ListOptions): void {
  for (const [field, wanted] of Object.entries(filters)) {
    const sql = column(field, options)
    if (wanted === null) rows.whereRaw(`${sql} is null`)
    else if (typeof wanted !== 'object') rows.whereRaw(`${sql} = ?`, [wanted as never])
    else for (const [operator, value] of Object.entries(wanted)) compareBy(rows, sql, operator, value)
  }
}

function compareBy(rows: Knex.QueryBuilder, sql: string, operator: string, value: unknown): void {
  if (operator === '$ne') rows.whereRaw(`${sql} is distinct from ?`, [value as never])
  else if (operator === '$in') rows.whereIn(build.raw(sql) as never, value as never[])
  else if (operator === '$nin') rows.whereRaw(`(${sql} = any(?)) is not true`, [value as never])
  else if (comparisons[operator]) rows.whereRaw(`${sql} ${comparisons[operator]} ?`, [value as never])
  else throw new Error(`No SQL for the operator ${operator}`)
}
