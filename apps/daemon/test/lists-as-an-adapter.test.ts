import { type AdapterTestName, adapterTests } from '@feathersjs/adapter-tests'
import errors from '@feathersjs/errors'
import { feathers } from '@feathersjs/feathers'
import { Type } from '@feathersjs/typebox'
import { type Db, openDb, presenter } from '@yardmaster/store'
import { v7 } from 'uuid'
import { createTestDatabase, type TestDatabase } from '../../../test/database'
import { present } from '../src/hooks/present'
import { compileQuery } from '../src/hooks/schemas'
import { list } from '../src/lists/list'
import { listSchema } from '../src/lists/list-schema'

// Feathers' own tests of adapters, on what every list of ours is made of: its query's schema, its SQL, and the choice of
// fields. Rows come and go by plain statements, since each service writes its own. What is left out stands in
// context/api.md.
const run: AdapterTestName[] = [
  '.get',
  '.find',
  '.remove',
  '.create',
  '.find + equal',
  '.find + equal multiple',
  '.find + $sort',
  '.find + $sort + string',
  '.find + $limit',
  '.find + $limit 0',
  '.find + $skip',
  '.find + $select',
  '.find + $or',
  '.find + $in',
  '.find + $nin',
  '.find + $lt',
  '.find + $lte',
  '.find + $gt',
  '.find + $gte',
  '.find + $ne',
  '.find + $gt + $lt + $sort',
  '.find + $or nested + $sort',
  '.find + paginate + $limit 0',
]

const Person = Type.Object({ id: Type.String(), name: Type.String(), age: Type.Integer() })
const presentPerson = presenter(Person)
const check = compileQuery(listSchema(Person, ['id', 'name', 'age'])).rest!

let database: TestDatabase
let db: Db
beforeAll(async () => {
  database = await createTestDatabase()
  db = openDb({ url: database.ownerUrl })
  await db.query({
    text: 'create table people (id uuid primary key, name text not null, age integer not null)',
  })
})
afterAll(async () => {
  await db.close()
  await database.drop()
})

const only = async (text: string, values: unknown[]) =>
  (
    await db.query<{ wire: object }>({ text: `${text} returning ${presentPerson('people')} as wire`, values })
  )[0]?.wire

class People {
  readonly id = 'id'
  // The tests ask for pages by this; without it they want the rows alone.
  options: { paginate: { default?: number } } = { paginate: {} }

  async find({ query = {} }: { query?: object }) {
    const options = { table: 'people', present: presentPerson, scope: { sql: 'true', values: [] } }
    return list(db, query as Record<string, unknown>, options)
  }

  async get(id: string) {
    const { data } = await list(
      db,
      { id },
      { table: 'people', present: presentPerson, scope: { sql: 'true', values: [] } },
    )
    return data[0]
  }

  create({ name, age }: { name: string; age: number }) {
    return only('insert into people values ($1, $2, $3)', [v7(), name, age])
  }

  remove(id: string) {
    return only('delete from people where id = $1', [id])
  }
}

const people = new People()
const app = feathers()
app.use('people', people as never)
app.service('people').hooks({
  around: {
    find: [
      async (context, next) => {
        context.params.query = check(context.params.query ?? {}) as object
        await next()
        if (!people.options.paginate.default) context.result = context.result.data
      },
      present({ logged: false }) as never,
    ],
  },
})

// It was written for mocha, marks what it is not asked for as skipped, and prints a list of it.
const { it: ours } = globalThis
Object.assign(globalThis, {
  it: Object.assign((...its: Parameters<typeof ours>) => ours(...its), { skip: () => undefined }),
  before: () => undefined,
  after: () => undefined,
})
adapterTests(run)(app, errors, 'people')
Object.assign(globalThis, { it: ours })
