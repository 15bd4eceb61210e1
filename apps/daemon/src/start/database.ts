import type { Settings } from '@yardmaster/protocol'
import { checkServer, type Db, migrateUp, openDb, roleOf, startPostgres } from '@yardmaster/store'
import type { Log } from '../yard.js'
import type { Progress } from './progress.js'

export interface OpenDatabase {
  db: Db
  close(): Promise<void>
}

/** The home's own Postgres or the one of DATABASE_URL, migrated. @throws StoreError in one clear line */
export async function openDatabase(settings: Settings, progress: Progress, log: Log): Promise<OpenDatabase> {
  const { home, database_url, database_owner_url } = settings
  const embedded = database_url
    ? null
    : await progress.step(
        'Postgres',
        () => startPostgres({ home, log }),
        (postgres) => (postgres.adopted ? 'runs already, taken over' : 'started'),
      )
  const url = database_url ?? embedded!.appUrl
  const ownerUrl = database_owner_url ?? embedded?.ownerUrl ?? url
  try {
    if (!embedded)
      await progress.step(
        'Database',
        async () => {
          await checkServer(url)
          await checkServer(ownerUrl)
        },
        () => 'answers',
      )
    await progress.step(
      'Migrations',
      () => migrateUp(ownerUrl, roleOf(ownerUrl) === roleOf(url) ? {} : { appRole: roleOf(url) }),
      (names) => (names.length > 0 ? `applied ${names.length}` : 'up to date'),
    )
  } catch (error) {
    await embedded?.stop()
    throw error
  }
  const db = openDb({ url, max: 20, log })
  return {
    db,
    async close() {
      await db.close()
      await embedded?.stop()
    },
  }
}
