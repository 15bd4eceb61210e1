/** SQL with `?` where its values stand. */
export interface Sql {
  sql: string
  values: readonly unknown[]
}

type Query = Record<string, unknown>

const comparisons: Record<string, string> = {
  $gt: '> ?',
  $gte: '>= ?',
  $lt: '< ?',
  $lte: '<= ?',
  $ne: 'is distinct from ?',
}

/**
 * A checked query's filters as SQL, all of which must hold.
 *
 * @param column SQL of a field
 */
export function conditions(query: Query, column: (field: string) => string): Sql[] {
  return Object.entries(query).flatMap(([field, wanted]) => {
    const sql = column(field)
    if (wanted === null) return [{ sql: `${sql} is null`, values: [] }]
    if (typeof wanted !== 'object') return [{ sql: `${sql} = ?`, values: [wanted] }]
    return Object.entries(wanted).map(([operator, value]) => compare(sql, operator, value))
  })
}

function compare(sql: string, operator: string, value: unknown): Sql {
  // One value for the whole list, so that lists of every length are one prepared statement.
  if (operator === '$in') return { sql: `${sql} = any(?)`, values: [value] }
  if (operator === '$nin') return { sql: `(${sql} = any(?)) is not true`, values: [value] }
  const comparison = comparisons[operator]
  if (!comparison) throw new Error(`No SQL for the operator ${operator}`)
  return { sql: `${sql} ${comparison}`, values: [value] }
}

/** Joined by `and` or `or`; nothing to join is `true`. */
export const joined = (parts: readonly Sql[], by: 'and' | 'or'): Sql => ({
  sql: parts.length > 0 ? parts.map(({ sql }) => `(${sql})`).join(` ${by} `) : 'true',
  values: parts.flatMap(({ values }) => values),
})

/** The same SQL with Postgres' own numbered parameters. */
export function numbered(sql: string): string {
  let place = 0
  return sql.replaceAll('?', () => `$${++place}`)
}
