import { mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  checkServer,
  type EmbeddedPostgres,
  migrateUp,
  openDb,
  roleOf,
  startPostgres,
} from '@yardmaster/store'
import { onDatabase } from './database-url'

// The pid tells a later run which homes were left by one that was killed.
const HOME = /^yardmaster-test-(\d+)-/

const PREFIX = `yardmaster-test-${process.pid}-`

const TEMPLATE = `yardmaster_template_${process.pid}`

/**
 * One Postgres for the run, of its own or that of TEST_DATABASE_URL (an owner that may create databases), and in it
 * one database with every migration, that each test file copies. Without a Postgres the run fails.
 */
export default async function setUp(): Promise<void> {
  const { TEST_DATABASE_URL } = process.env
  const { ownerUrl, appUrl, remove } = TEST_DATABASE_URL
    ? { ownerUrl: TEST_DATABASE_URL, appUrl: TEST_DATABASE_URL, remove: async () => {} }
    : await ownPostgres()
  await checkServer(ownerUrl)
  const owner = openDb({ url: ownerUrl, max: 1 })
  await owner.query({ text: `create database ${TEMPLATE}` })
  await migrateUp(onDatabase(ownerUrl, TEMPLATE), { appRole: roleOf(appUrl) })

  process.env.TEST_OWNER_URL = ownerUrl
  process.env.TEST_APP_URL = appUrl
  process.env.TEST_TEMPLATE = TEMPLATE
  Object.assign(globalThis, {
    tearDownDatabases: async () => {
      await owner.query({ text: `drop database ${TEMPLATE} with (force)` })
      await owner.close()
      await remove()
    },
  })
}

async function ownPostgres(): Promise<EmbeddedPostgres & { remove: () => Promise<void> }> {
  await removeLeftovers()
  const home = await mkdtemp(join(tmpdir(), PREFIX))
  const postgres = await startPostgres({ home })
  return { ...postgres, remove: () => remove(home, postgres) }
}

async function remove(home: string, postgres: EmbeddedPostgres): Promise<void> {
  await postgres.stop()
  await rm(postgres.directory, { recursive: true, force: true })
  await rm(home, { recursive: true, force: true })
}

async function removeLeftovers(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(HOME.exec(name)?.[1])
    if (!pid || alive(pid)) continue
    const home = join(tmpdir(), `${PREFIX}${name}`)
    // Several runs may find the same one; the one that renames it has it.
    const mine = await rename(join(tmpdir(), name), home).then(
      () => true,
      () => false,
    )
    if (mine) await remove(home, await startPostgres({ home }))
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
