import { randomBytes } from 'node:crypto'
import { type Db, openDb } from '@yardmaster/store'
import { onDatabase } from './database-url.js'

const NOT_PERMITTED = '42501'

export interface TestDatabase {
  /** As the daemon's user. */
  db: Db
  /** For a daemon of the test's own. */
  url: string
  /** As the owner of the database, for what the daemon's user may not do. */
  ownerUrl: string
  /** Closes `db` and removes the database, whoever is still connected. */
  drop(): Promise<void>
}

/** A database of its own for a test file, with every migration in it. */
export function createTestDatabase(): Promise<TestDatabase> {
  return create(`template ${setting('TEST_TEMPLATE')}`)
}

/** The same without any migration. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return create('template template0')
}

async function create(how: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`
  await asOwner(`create database ${name} ${how}`)
  const url = onDatabase(setting('TEST_APP_URL'), name)
  const db = openDb({ url })
  return {
    db,
    url,
    ownerUrl: onDatabase(setting('TEST_OWNER_URL'), name),
    async drop() {
      await db.close()
      await dropDatabase(name)
    },
  }
}

// Autovacuum may be at work in the database: it is nobody's to end but lets go by itself, and then the next try holds.
async function dropDatabase(name: string): Promise<void> {
  for (;;) {
    try {
      await asOwner(`drop database if exists ${name} with (force)`)
      return
    } catch (error) {
      if ((error as { code?: string }).code !== NOT_PERMITTED) throw error
    }
  }
}

async function asOwner(text: string): Promise<void> {
  const owner = openDb({ url: setting('TEST_OWNER_URL'), max: 1 })
  try {
    await owner.query({ text })
  } finally {
    await owner.close()
  }
}

function setting(name: string): string {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set: test/global-setup.ts did not run`)
  return value
}
