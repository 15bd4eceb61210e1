import { createTestDatabase, type TestDatabase } from '../../../test/database.js'
import { type Db, type Log, openDb, StoreError, type Tx } from '../src/index.js'

let database: TestDatabase
let db: Db
const logged: string[] = []
const log: Log = {
  info: (message) => logged.push(message),
  warn: (message) => logged.push(message),
  error: (message, error) => logged.push(`${message}: ${error}`),
}

beforeAll(async () => {
  database = await createTestDatabase()
  const owner = openDb({ url: database.ownerUrl, max: 1 })
  await owner.query({ text: 'create table notes (id bigint primary key, text text)' })
  await owner.query({ text: 'grant all on notes to public' })
  await owner.close()
  db = openDb({ url: database.url, max: 2, log })
})
afterAll(async () => {
  await db.close()
  await database.drop()
})
beforeEach(async () => {
  logged.length = 0
  await db.query({ text: 'delete from notes' })
})

const write = (on: Db | Tx, id: number) =>
  on.query({ text: 'insert into notes (id) values ($1)', values: [id] })
const ids = async () =>
  (await db.query<{ id: number }>({ text: 'select id from notes order by id' })).map((row) => row.id)
const backend = async (on: Db | Tx) =>
  (await on.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' }))[0]!.pid
const terminate = (pid: number) => db.query({ text: 'select pg_terminate_backend($1)', values: [pid] })

it('commits what the work wrote and returns its result', async () => {
  const result = await db.transaction(async (tx) => {
    await write(tx, 1)
    await write(tx, 2)
    expect(await ids()).toEqual([])
    return 'done'
  })
  expect(result).toBe('done')
  expect(await ids()).toEqual([1, 2])
})

it('rolls back when the work rejects, and throws its error', async () => {
  const failure = new Error('changed my mind')
  const work = db.transaction(async (tx) => {
    await write(tx, 1)
    throw failure
  })
  await expect(work).rejects.toBe(failure)
  expect(await ids()).toEqual([])
})

it('does not take a transaction for committed whose failed statement was swallowed', async () => {
  const effects: string[] = []
  const work = db.transaction(async (tx) => {
    tx.afterCommit(() => effects.push('told'))
    await write(tx, 1)
    await write(tx, 1).catch(() => {})
  })
  await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
  expect(await ids()).toEqual([])
  expect(effects).toEqual([])
})

it('runs the effects in their order, after the commit and before it answers', async () => {
  const seen: unknown[] = []
  await db.transaction(async (tx) => {
    tx.afterCommit(async () => seen.push(['first', await ids()]))
    await write(tx, 7)
    tx.afterCommit(() => seen.push('second'))
    expect(seen).toEqual([])
  })
  expect(seen).toEqual([['first', [7]], 'second'])
})

it('runs no effect of a transaction that was rolled back', async () => {
  const seen: string[] = []
  const work = db.transaction(async (tx) => {
    tx.afterCommit(() => seen.push('told'))
    throw new Error('no')
  })
  await expect(work).rejects.toThrow('no')
  expect(seen).toEqual([])
})

it('logs an effect that fails and goes on with the next: the write is acknowledged', async () => {
  const seen: string[] = []
  await db.transaction(async (tx) => {
    await write(tx, 1)
    tx.afterCommit(() => {
      throw new Error('nobody listens')
    })
    tx.afterCommit(() => seen.push('next'))
  })
  expect(seen).toEqual(['next'])
  expect(await ids()).toEqual([1])
  expect(logged).toEqual(['What follows a committed write failed: Error: nobody listens'])
})

it('refuses a statement of a transaction that is over', async () => {
  let kept!: Tx
  await db.transaction(async (tx) => {
    kept = tx
  })
  await expect(write(kept, 1)).rejects.toThrow('is over')
  expect(await ids()).toEqual([])
})

it('sees what others committed meanwhile', async () => {
  await db.transaction(async (tx) => {
    expect(await tx.query({ text: 'select id from notes' })).toEqual([])
    await write(db, 5)
    expect(await tx.query({ text: 'select id from notes' })).toEqual([{ id: 5 }])
  })
})

it('throws, and goes on with another connection, when one is lost inside a transaction', async () => {
  const work = db.transaction(async (tx) => {
    await write(tx, 1)
    await terminate(await backend(tx))
    await write(tx, 2)
  })
  await expect(work).rejects.toThrow()
  await db.transaction((tx) => write(tx, 3))
  await db.transaction((tx) => write(tx, 4))
  expect(await ids()).toEqual([3, 4])
})

it('outlives the loss of a connection that is idle', async () => {
  const lost = await backend(db)
  const other = openDb({ url: database.url, max: 1, log })
  await other.query({ text: 'select pg_terminate_backend($1)', values: [lost] })
  await other.close()
  // The pool may not have heard of it yet, so that one statement may fail, and the next one works.
  await write(db, 1).catch(() => write(db, 1))
  expect(await ids()).toEqual([1])
})

it('tells an unreachable database from an answer of it', async () => {
  const nowhere = openDb({ url: 'postgresql://nobody:none@127.0.0.1:1/none', log })
  await expect(nowhere.query({ text: 'select 1' })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  await expect(nowhere.transaction(async () => {})).rejects.toBeInstanceOf(StoreError)
  await nowhere.close()
})
