import knex, { type Knex } from 'knex'
import type { Queryable } from './db.js'

/**
 * Query builder for lists, whose filters and order are the caller's. It has no connection: `run` executes
 * what it builds, so that every statement goes through the one pool.
 */
export const build: Knex = knex({ client: 'pg' })

/** Runs a query made with `build` on a database or in a transaction. */
export function run<Row>(on: Queryable, query: Pick<Knex.QueryBuilder, 'toSQL'>): Promise<Row[]> {
  const { sql, bindings } = query.toSQL().toNative()
  return on.query<Row>({ text: sql, values: [...bindings] })
}
