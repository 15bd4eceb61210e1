import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knex } from 'knex'
import type { Client } from 'pg'

/** The repository's `migrations/`, as seen from `src` and from `dist`. */
export const MIGRATIONS = join(__dirname, '..', '..', '..', 'migrations')

/** The field that `knex migrate:status` prints. */
export interface SqlMigration {
  file: string
}

/**
 * Migrations that are plain SQL: `0001_name.up.sql` and `0001_name.down.sql` are the migration `0001_name`, in
 * name order. knex's own source would want a module for each, that does nothing but hold the SQL.
 */
export function sqlMigrations(directory: string = MIGRATIONS): Knex.MigrationSource<SqlMigration> {
  const step = (file: string, direction: 'up' | 'down') => async (on: Knex) => {
    const sql = await readFile(join(directory, `${file}.${direction}.sql`), 'utf8')
    // On the transaction's own connection: `raw` takes question marks for values to fill in, and puts the whole
    // text before the error.
    const connection: Client = await on.client.acquireConnection()
    await connection.query(sql).catch((error: Error) => {
      throw new Error(`Migration ${file} does not go ${direction}: ${error.message}`, { cause: error })
    })
  }
  return {
    getMigrations: async () =>
      (await readdir(directory))
        .filter((file) => file.endsWith('.up.sql'))
        .sort()
        .map((file) => ({ file: file.slice(0, -'.up.sql'.length) })),
    getMigrationName: ({ file }) => file,
    getMigration: async ({ file }) => ({ up: step(file, 'up'), down: step(file, 'down') }),
  }
}
