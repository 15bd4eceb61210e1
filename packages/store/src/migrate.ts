import knex, { type Knex } from 'knex'
import type { Client } from 'pg'
import { StoreError } from './errors.js'
import { grant } from './grant.js'
import { sqlMigrations } from './migrations.js'
import { roleOf } from './server.js'

export interface MigrateOptions {
  /** User of the database that gets its rights on the tables; the owner itself needs none. */
  appRole?: string
  /** Default: the repository's `migrations/`. */
  directory?: string
}

// Any number that no other program would choose; the daemons of one database share it.
const LOCK = 7_227_001_522

/**
 * What knex migrates with, here and in the `knex` command. One connection, which holds an advisory lock from its
 * first moment, so that daemons which start at once migrate one after the other. The lock dies with its holder;
 * knex's own is a row that a killed process leaves locked, and whoever holds ours may free it.
 *
 * @param options with `appRole`, every batch ends by giving it its rights
 */
export function migrationConfig(ownerUrl: string, { appRole, directory }: MigrateOptions = {}): Knex.Config {
  return {
    client: 'pg',
    connection: ownerUrl,
    pool: {
      min: 0,
      max: 1,
      afterCreate: (connection: Client, done: (error: Error | null, connection: Client) => void) => {
        connection
          .query(`select pg_advisory_lock(${LOCK})`)
          .then(() => connection.query(freeKnexLock))
          .then(
            () => done(null, connection),
            (error) => done(error, connection),
          )
      },
    },
    migrations: {
      tableName: 'knex_migrations',
      migrationSource: sqlMigrations(directory),
      ...(appRole && { afterAll: (on: Knex) => grant(on, appRole) }),
    },
  }
}

const freeKnexLock = `
  do $$ begin
    if to_regclass('knex_migrations_lock') is not null then
      update knex_migrations_lock set is_locked = 0 where is_locked <> 0;
    end if;
  end $$`

/** Names of migrations, each in order. */
export interface MigrationState {
  applied: string[]
  pending: string[]
}

/**
 * Applies every pending migration, each in a transaction of its own, then gives `appRole` its rights. Waits for
 * another process that is migrating.
 *
 * @returns names of the migrations that were applied
 * @throws DatabaseNewer when the database has a migration that this code does not; nothing is done then
 */
export function migrateUp(ownerUrl: string, { appRole, directory }: MigrateOptions = {}): Promise<string[]> {
  return withKnex(ownerUrl, directory, async (db) => {
    await refuseNewer(db, directory)
    const names: string[] = []
    for (;;) {
      const [, [name]] = (await db.migrate.up()) as [number, string[]]
      if (!name) break
      names.push(name)
    }
    if (appRole) await grant(db, appRole)
    return names
  })
}

/** Undoes every migration, the last one first, each in a transaction of its own. Returns their names. */
export function migrateDown(
  ownerUrl: string,
  { directory }: Pick<MigrateOptions, 'directory'> = {},
): Promise<string[]> {
  return withKnex(ownerUrl, directory, async (db) => {
    await refuseNewer(db, directory)
    const names: string[] = []
    for (;;) {
      // Of itself knex takes a migration down and forgets it in two transactions.
      const [, [name]] = await db.transaction((tx) => tx.migrate.down() as Promise<[number, string[]]>)
      if (!name) break
      names.push(name)
    }
    return names
  })
}

/** @throws DatabaseNewer */
export function migrationState(
  ownerUrl: string,
  { directory }: Pick<MigrateOptions, 'directory'> = {},
): Promise<MigrationState> {
  return withKnex(ownerUrl, directory, (db) => refuseNewer(db, directory))
}

/** The database was migrated by a newer version of this code. */
export class DatabaseNewer extends StoreError {
  override readonly name = 'DatabaseNewer'

  /** @param migrations names that the code does not know */
  constructor(readonly migrations: string[]) {
    super(
      'DATABASE_NEWER',
      `The database is newer than this Yardmaster (it has ${migrations.join(', ')}): start the newer version.`,
    )
  }
}

async function refuseNewer(db: Knex, directory?: string): Promise<MigrationState> {
  const known = (await sqlMigrations(directory).getMigrations([])).map(({ file }) => file)
  const applied: string[] = (await db.schema.hasTable('knex_migrations'))
    ? await db('knex_migrations').orderBy('id').pluck('name')
    : []
  const unknown = applied.filter((name) => !known.includes(name))
  if (unknown.length > 0) throw new DatabaseNewer(unknown)
  return { applied, pending: known.filter((name) => !applied.includes(name)) }
}

async function withKnex<T>(
  ownerUrl: string,
  directory: string | undefined,
  work: (db: Knex) => Promise<T>,
): Promise<T> {
  // What knex would print is in the error as well.
  const db = knex({ ...migrationConfig(ownerUrl, { directory }), log: { warn() {}, error() {} } })
  try {
    return await work(db)
  } catch (error) {
    throw rightsMissing(error, ownerUrl) ?? error
  } finally {
    await db.destroy()
  }
}

const INSUFFICIENT_PRIVILEGE = '42501'

function rightsMissing(error: unknown, ownerUrl: string): StoreError | null {
  if ((error as { code?: unknown }).code !== INSUFFICIENT_PRIVILEGE) return null
  return new StoreError(
    'DATABASE_RIGHTS_MISSING',
    `${roleOf(ownerUrl)} may not make tables in the database: make it the owner, or set DATABASE_OWNER_URL to one who is.`,
    { cause: error },
  )
}
