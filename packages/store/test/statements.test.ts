import { createTestDatabase, type TestDatabase } from '../../../test/database.js'
import { build, maybeRow, onlyRow, run, statement } from '../src/index.js'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

const add = statement<[number, number], { sum: number }>('add', 'select $1::int8 + $2::int8 as sum')

it('is prepared once per connection, and counts are numbers', async () => {
  await database.db.transaction(async (tx) => {
    expect(await add(tx, 1, 2)).toEqual([{ sum: 3 }])
    expect(await add(tx, 3, 4)).toEqual([{ sum: 7 }])
    const prepared = 'select name, generic_plans + custom_plans as runs from pg_prepared_statements'
    expect(await tx.query({ text: prepared })).toEqual([{ name: 'add', runs: 2 }])
  })
})

it('has a name of its own, that Postgres does not cut', () => {
  expect(() => statement('add', 'select 2')).toThrow('Two statements are named add')
  expect(() => statement('é'.repeat(32), 'select 2')).toThrow('63 bytes')
  expect(statement('e'.repeat(63), 'select 2')).toBeInstanceOf(Function)
})

it('runs what the builder built, values apart from the text', async () => {
  const query = build
    .select('n')
    .from(build.raw('generate_series(1, ?) as n', [9]))
    .where('n', '>', 4)
    .whereNot('n', 7)
    .orderBy('n', 'desc')
    .limit(3)
  expect(query.toSQL().toNative().sql).not.toContain('7')
  expect(await run(database.db, query)).toEqual([{ n: 9 }, { n: 8 }, { n: 6 }])
})

it('hands out one row where one is meant', () => {
  expect(onlyRow([1])).toBe(1)
  expect(() => onlyRow([])).toThrow('got none')
  expect(maybeRow([])).toBeUndefined()
  expect(() => maybeRow([1, 2])).toThrow('got 2')
})
