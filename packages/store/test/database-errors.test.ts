import { createTestDatabase, type TestDatabase } from '../../../test/database.js'
import { databaseError, openDb } from '../src/index.js'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  const owner = openDb({ url: database.ownerUrl, max: 1 })
  await owner.query({
    text: `create table parts (
      id int constraint parts_pkey primary key,
      whole int constraint parts_whole_fkey references parts,
      size int not null constraint parts_size_check check (size > 0))`,
  })
  await owner.query({ text: 'grant all on parts to public' })
  await owner.query({ text: 'insert into parts values (1, null, 1), (2, null, 1)' })
  await owner.close()
})
afterAll(() => database.drop())

const errorOf = (text: string, values?: unknown[]): Promise<unknown> =>
  database.db.query({ text, values }).then(
    () => undefined,
    (error) => error,
  )

it.each([
  ['unique', 'parts_pkey', 'insert into parts values (1, null, 1)'],
  ['foreign_key', 'parts_whole_fkey', 'insert into parts values (3, 99, 1)'],
  ['check', 'parts_size_check', 'insert into parts values (3, null, 0)'],
  ['not_null', undefined, 'insert into parts values (3, null, null)'],
  ['bad_value', undefined, "select 'x'::uuid"],
  ['bad_value', undefined, 'select 99999999999::int'],
  ['unavailable', undefined, 'select pg_terminate_backend(pg_backend_pid())'],
  ['unavailable', undefined, 'set statement_timeout = 1; select pg_sleep(5)'],
  ['other', undefined, 'select * from nothing'],
])('calls it %s (constraint %s): %s', async (kind, constraint, text) => {
  const classified = databaseError(await errorOf(text))
  expect(classified).toMatchObject({ kind })
  expect(classified.constraint).toBe(constraint)
  expect(JSON.stringify(classified)).not.toMatch(/select|insert/)
})

it('calls a NUL in a text bad_value', async () => {
  expect(databaseError(await errorOf('select $1::text', ['a\0b'])).kind).toBe('bad_value')
})

it('calls it a deadlock, for one of the two', async () => {
  const bump = (id: number) => ({ text: 'update parts set size = size + 1 where id = $1', values: [id] })
  let arrived = 0
  let bothHoldOne!: () => void
  const gate = new Promise<void>((resolve) => {
    bothHoldOne = resolve
  })
  const lockInOrder = (first: number, second: number) =>
    database.db.transaction(async (tx) => {
      await tx.query(bump(first))
      if (++arrived === 2) bothHoldOne()
      await gate
      await tx.query(bump(second))
    })
  const results = await Promise.allSettled([lockInOrder(1, 2), lockInOrder(2, 1)])
  const failed = results.filter((result) => result.status === 'rejected')
  expect(failed.map(({ reason }) => databaseError(reason).kind)).toEqual(['deadlock'])
})

it('calls what is not of the database other', () => {
  expect(databaseError(new TypeError('oops'))).toEqual({ kind: 'other' })
  expect(databaseError(undefined)).toEqual({ kind: 'other' })
})
