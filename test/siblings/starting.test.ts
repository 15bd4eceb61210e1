import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createEmptyDatabase, type TestDatabase } from '../database'
import { TestRedis } from './kit/redis'
import { Sibling } from './kit/sibling'

let database: TestDatabase
let redis: TestRedis
const made: Sibling[] = []
beforeAll(async () => {
  database = await createEmptyDatabase()
  redis = await TestRedis.open()
})
afterAll(async () => {
  for (const sibling of made) await sibling.close()
  await redis?.close()
  await database?.drop()
})

async function sibling(...args: Parameters<typeof Sibling.make>): Promise<Sibling> {
  const one = await Sibling.make(...args)
  made.push(one)
  return one
}

/** The one line that a daemon ends with which does not start. */
const failure = (daemon: Sibling): Promise<string> =>
  daemon.start().then(
    () => 'It started.',
    ({ message }: Error) => /StartFailure: (.*)/.exec(message)?.[1] ?? message,
  )

test('daemons that start at once on a new database make one of everything', async () => {
  const both = [await sibling(database, redis.url), await sibling(database, redis.url)] as const
  for (const [key, bytes] of [
    ['signing.key', 48],
    ['environment.key', 32],
    ['push.key', 32],
  ] as const) {
    const secret = randomBytes(bytes).toString('base64url')
    for (const { home } of both) await writeFile(join(home, key), secret, { mode: 0o600 })
  }
  await Promise.all(both.map((one) => one.start()))
  const count = async (table: string) =>
    (await database.db.query<{ n: number }>({ text: `select count(*) as n from ${table}` }))[0]!.n
  expect(await count('users')).toBe(1)
  expect(await count('installation')).toBe(1)
  expect(await count('runtimes')).toBe(2)

  // Signed in at one is signed in at the other.
  const [one, other] = both
  const { token } = await one.person('somebody')
  const answer = await fetch(`${other.url}/sessions`, { headers: { authorization: `Bearer ${token}` } })
  expect(answer.status).toBe(200)
})

test('one with another signing key is refused in one line, and let in with the right one', async () => {
  const late = await sibling(database, redis.url)
  expect(await failure(late)).toBe(
    'The signing.key in this home is not the one that this database was first served with: copy signing.key from the home of a daemon that serves it.',
  )
  await late.takeKeys(made[0]!)
  await late.start()
})

test.each([
  ['nobody answers', () => 'redis://127.0.0.1:1', 'ECONNREFUSED'],
  ['the password is wrong', () => redis.url.replace('//:', '//:not-'), 'WRONGPASS'],
  ['a password is missing', () => redis.url.replace(/:[^/]*@/, ''), 'NOAUTH'],
])('a daemon says in one line that Redis cannot be used when %s', async (_, url, why) => {
  const line = await failure(await sibling(database, url(), { like: made[0]! }))
  expect(line).toMatch(new RegExp(`^Redis at 127\\.0\\.0\\.1:\\d+ cannot be used \\(${why}\\): start it`))
  expect(line).not.toContain('password')
})
