import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Knex } from 'knex'

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
    // knex would take a question mark for a value to fill in.
    await on.raw(sql.replaceAll('?', '\\?'))
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
