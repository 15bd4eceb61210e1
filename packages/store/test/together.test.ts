import { createTestDatabase, type TestDatabase } from '../../../test/database.js'
import { together } from '../src/index.js'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

interface Divided {
  quotient: number
  /** Of the transaction that answered. */
  xact: string
}

const columns = 'dividend int, divisor int, account text'
const text = `answers as (select a.n, a.dividend / a.divisor as quotient from asked a where a.dividend >= 0)
  select n, quotient, pg_current_xact_id()::text as xact from answers`
const divide = together<{ dividend: number; divisor: number }, Divided>({ name: 'divide', columns, text })
const divideFor = together<{ dividend: number; divisor: number; account: string }, Divided>({
  name: 'divide-for',
  columns,
  text,
  keyOf: ({ account }) => account,
})
const statements = (answers: (Divided | undefined)[]) => new Set(answers.map((answer) => answer?.xact)).size

it('answers calls of one moment by one statement, sixteen at most, each its own', async () => {
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => divide(database.db, { dividend: 6 * n, divisor: 3 })),
  )
  expect(answers.map((answer) => answer?.quotient)).toEqual(Array.from({ length: 20 }, (_, n) => 2 * n))
  expect(statements(answers)).toBe(2)
})

it('answers undefined where the statement has nothing to say', async () => {
  const [none, some] = await Promise.all([
    divide(database.db, { dividend: -1, divisor: 1 }),
    divide(database.db, { dividend: 1, divisor: 1 }),
  ])
  expect(none).toBeUndefined()
  expect(some?.quotient).toBe(1)
})

it('keeps calls with the same key apart, in their order', async () => {
  const answers = await Promise.all(
    ['a', 'b', 'a', 'a'].map((account, n) => divideFor(database.db, { dividend: n, divisor: 1, account })),
  )
  expect(answers.map((answer) => answer?.quotient)).toEqual([0, 1, 2, 3])
  const [first, other, second, third] = answers.map((answer) => BigInt(answer!.xact))
  expect(other).toBe(first)
  expect(second! > first! && third! > second!).toBe(true)
})

it('lets a call that fails fail alone, and goes on', async () => {
  const outcomes = await Promise.allSettled(
    [1, 0, 2].map((divisor) => divide(database.db, { dividend: 4, divisor })),
  )
  expect(outcomes.map((outcome) => outcome.status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(outcomes[1]).toMatchObject({ reason: { code: '22012' } })
  expect(await divide(database.db, { dividend: 9, divisor: 3 })).toMatchObject({ quotient: 3 })
})

it('is part of the transaction that it is called in', async () => {
  await database.db.transaction(async (tx) => {
    const answer = await divide(tx, { dividend: 8, divisor: 2 })
    const [own] = await tx.query<{ xact: string }>({ text: 'select pg_current_xact_id()::text as xact' })
    expect(answer).toEqual({ quotient: 4, xact: own?.xact })
  })
})
