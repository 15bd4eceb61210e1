import { execFile, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import knex from 'knex'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../test/database.js'
import {
  type Db,
  migrateDown,
  migrateUp,
  migrationConfig,
  migrationState,
  openDb,
  roleOf,
} from '../src/index.js'
import { catalog } from './catalog.js'

const ROOT = join(__dirname, '..', '..', '..')

let database: TestDatabase
let owner: Db
let directory: string
beforeEach(async () => {
  database = await createEmptyDatabase()
  owner = openDb({ url: database.ownerUrl, max: 2 })
  directory = await mkdtemp(join(tmpdir(), 'yardmaster-migrations-'))
})
afterEach(async () => {
  await owner.close()
  await database.drop()
  await rm(directory, { recursive: true })
})

async function migration(name: string, up: string, down = 'select 1'): Promise<void> {
  await writeFile(join(directory, `${name}.up.sql`), up)
  await writeFile(join(directory, `${name}.down.sql`), down)
}

const tables = async () =>
  (await catalog(owner)).filter((line) => line.startsWith('r ')).map((line) => line.split(' ')[1])

describe("the repository's own", () => {
  it('go down to nothing and up again to the same', async () => {
    const template = await createTestDatabase()
    const before = await catalog(template.db)
    await template.drop()

    const appRole = roleOf(database.url)
    const applied = await migrateUp(database.ownerUrl, { appRole })
    expect(await catalog(owner)).toEqual(before)
    expect(await migrateDown(database.ownerUrl)).toEqual([...applied].reverse())
    expect(await catalog(owner)).toEqual([])
    expect(await migrateUp(database.ownerUrl, { appRole })).toEqual(applied)
    expect(await catalog(owner)).toEqual(before)
    expect(before.length).toBeGreaterThan(100)
  })

  it('each have a way down', async () => {
    const files = await readdir(join(ROOT, 'migrations'))
    const ups = files.filter((file) => file.endsWith('.up.sql'))
    expect(files.sort()).toEqual(ups.flatMap((file) => [file, file.replace('.up.', '.down.')]).sort())
    expect(ups.length).toBeGreaterThan(0)
  })

  it('write the log anew as text, and back, and it says the same', async () => {
    await migrateUp(database.ownerUrl)
    const said = {
      id: randomUUID(),
      title: 'ä "\\ 😀',
      cost: 1.5e-7,
      config: { b: [null, true], a: {} },
      error: null,
    }
    await owner.query({
      text: "insert into session_events (session_id, seq, type, data) values (gen_random_uuid(), 1, 'tasks patched', $1)",
      values: [JSON.stringify(said)],
    })
    const form = () => owner.query({ text: 'select pg_typeof(data)::text as type, data from session_events' })
    const db = knex(migrationConfig(database.ownerUrl))
    expect(await form()).toEqual([{ type: 'json', data: said }])
    await db.migrate.down({ name: '0027_log_as_text' })
    expect(await form()).toEqual([{ type: 'jsonb', data: said }])
    await db.migrate.up({ name: '0027_log_as_text' })
    expect(await form()).toEqual([{ type: 'json', data: said }])
    await db.destroy()
  })

  it('are the same to the knex command', async () => {
    const knex = async (...args: string[]) => {
      const env = { ...process.env, DATABASE_OWNER_URL: database.ownerUrl, DATABASE_URL: database.url }
      return (await promisify(execFile)(join(ROOT, 'node_modules/.bin/knex'), args, { cwd: ROOT, env }))
        .stdout
    }
    const { pending } = await migrationState(database.ownerUrl)
    expect(await knex('migrate:latest')).toContain(`${pending.length} migrations`)
    expect(await migrationState(database.ownerUrl)).toEqual({ applied: pending, pending: [] })
    expect(await migrateUp(database.ownerUrl)).toEqual([])
    // With the rights of the daemon's user.
    expect(await database.db.query({ text: 'select 1 from tasks' })).toEqual([])
    expect(await knex('migrate:status')).toContain('No Pending Migration files Found')
    await knex('migrate:rollback', '--all')
    expect(await migrationState(database.ownerUrl)).toEqual({ applied: [], pending })
  })
})

it('leaves nothing of one that fails, and all of those before it', async () => {
  await migration('0001_a', 'create table a ()')
  await migration('0002_b', 'create table b (); select 1/0')
  await expect(migrateUp(database.ownerUrl, { directory })).rejects.toThrow(
    'Migration 0002_b does not go up: division by zero',
  )
  expect(await tables()).toEqual(['a'])
  expect(await migrationState(database.ownerUrl, { directory })).toEqual({
    applied: ['0001_a'],
    pending: ['0002_b'],
  })
})

it('takes a question mark as it stands', async () => {
  await migration('0001_a', `create view a as select '{"b": 1}'::jsonb ? 'b' as has, '?' as mark`)
  await migrateUp(database.ownerUrl, { directory })
  expect(await owner.query({ text: 'select * from a' })).toEqual([{ has: true, mark: '?' }])
})

it('refuses a database that has what this code does not know, and leaves it alone', async () => {
  await migration('0001_a', 'create table a ()', 'drop table a')
  await migration('0003_c', 'create table c ()', 'drop table c')
  await migrateUp(database.ownerUrl, { directory })
  await rm(join(directory, '0003_c.up.sql'))
  await migration('0002_b', 'create table b ()')
  const refusal = { code: 'DATABASE_NEWER', migrations: ['0003_c'] }
  await expect(migrateUp(database.ownerUrl, { directory })).rejects.toMatchObject(refusal)
  await expect(migrateDown(database.ownerUrl, { directory })).rejects.toMatchObject(refusal)
  await expect(migrationState(database.ownerUrl, { directory })).rejects.toMatchObject(refusal)
  expect(await tables()).toEqual(['a', 'c'])
})

it('is done by one of several that start at once, and the others wait for it', async () => {
  await migration('0001_a', 'create table a (); select pg_sleep(0.2)')
  await migration('0002_b', 'create table b ()')
  const appRole = roleOf(database.url)
  const done = await Promise.all([1, 2, 3, 4].map(() => migrateUp(database.ownerUrl, { appRole, directory })))
  expect(done.filter((names) => names.length > 0)).toEqual([['0001_a', '0002_b']])
})

it.each([
  ['up', 'migrateUp'],
  ['down', 'migrateDown'],
])('holds no lock after a kill -9 in the middle of going %s', async (_, command) => {
  await migration('0001_a', 'create table a ()', 'drop table a')
  await migration('0002_b', 'create table b ()', 'drop table b')
  if (command === 'migrateDown') await migrateUp(database.ownerUrl, { directory })
  const slow = 'select pg_sleep(600)'
  await migration('0002_b', `create table b (); ${slow}`, `drop table b; ${slow}`)
  const code = `require('@yardmaster/store').${command}(process.env.URL, {directory: process.env.DIRECTORY})`
  const env = { ...process.env, URL: database.ownerUrl, DIRECTORY: directory }
  const killed = spawn(process.execPath, ['-e', code], { cwd: ROOT, env, stdio: 'inherit' })
  await until(async () => (await sleepers()).length === 1)
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  // Postgres notices that the client is gone when the statement ends.
  await owner.query({ text: 'select pg_terminate_backend($1)', values: [(await sleepers())[0]] })

  await migration('0002_b', 'create table b ()', 'drop table b')
  const before = command === 'migrateUp' ? ['0001_a'] : ['0001_a', '0002_b']
  expect((await migrationState(database.ownerUrl, { directory })).applied).toEqual(before)
  await migrateUp(database.ownerUrl, { directory })
  expect(await tables()).toEqual(['a', 'b'])
})

it('frees the lock that a killed knex command left in its table', async () => {
  await migration('0001_a', 'create table a ()')
  await migrateUp(database.ownerUrl, { directory })
  await owner.query({ text: 'update knex_migrations_lock set is_locked = 1' })
  await migration('0002_b', 'create table b ()')
  expect(await migrateUp(database.ownerUrl, { directory })).toEqual(['0002_b'])
})

it("gives the daemon's user its rights, and only reading and adding on the audit log", async () => {
  await migration('0001_a', 'create table notes (id int); create table audit_log (id int)')
  await migrateUp(database.ownerUrl, { appRole: roleOf(database.url), directory })
  const may = (text: string) =>
    database.db.query({ text }).then(
      () => true,
      () => false,
    )
  expect(await may('insert into notes values (1)')).toBe(true)
  expect(await may('update notes set id = 2')).toBe(true)
  expect(await may('delete from notes')).toBe(true)
  expect(await may('insert into audit_log values (1)')).toBe(true)
  expect(await may('select * from audit_log')).toBe(true)
  expect(await may('select * from knex_migrations')).toBe(true)
  for (const refused of [
    'update audit_log set id = 2',
    'delete from audit_log',
    'truncate audit_log',
    'truncate notes',
    'drop table notes',
    'create table mine ()',
    "insert into knex_migrations (name) values ('x')",
    'update knex_migrations_lock set is_locked = 1',
    `set role ${roleOf(database.ownerUrl)}`,
  ]) {
    expect([refused, await may(refused)]).toEqual([refused, false])
  }
})

async function sleepers(): Promise<number[]> {
  const text = `select pid from pg_stat_activity
    where datname = current_database() and query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()`
  return (await owner.query<{ pid: number }>({ text })).map(({ pid }) => pid)
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise(setImmediate)
}
