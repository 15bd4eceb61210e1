import { createTestDatabase, type TestDatabase } from '../../../test/database.js'
import { maybeRow, onlyRow, runPrepared, statement } from '../src/index.js'

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

it('prepares a text that was put together once, by a name that the text decides', async () => {
  const text = 'select n from generate_series(1, $1::int) as n where n > $2::int'
  await database.db.transaction(async (tx) => {
    expect(await runPrepared(tx, text, [5, 3])).toEqual([{ n: 4 }, { n: 5 }])
    expect(await runPrepared(tx, text, [4, 3])).toEqual([{ n: 4 }])
    const prepared =
      "select generic_plans + custom_plans as runs from pg_prepared_statements where name like 'shape-%'"
    expect(await tx.query({ text: prepared })).toEqual([{ runs: 2 }])
  })
})

it('stops preparing where shapes come without end', async () => {
  await database.db.transaction(async (tx) => {
    for (let n = 0; n < 320; n += 1) await runPrepared(tx, `select ${n} as n`, [])
    const prepared = "select count(*) as names from pg_prepared_statements where name like 'shape-%'"
    expect(await tx.query({ text: prepared })).toEqual([{ names: 300 }])
  })
})

it('hands out one row where one is meant', () => {
  expect(onlyRow([1])).toBe(1)
  expect(() => onlyRow([])).toThrow('got none')
  expect(maybeRow([])).toBeUndefined()
  expect(() => maybeRow([1, 2])).toThrow('got 2')
})
