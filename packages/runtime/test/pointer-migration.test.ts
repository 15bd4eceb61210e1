import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Db, migrateUp, migrationConfig, openDb } from '@yardmaster/store'
import knex from 'knex'
import { v7 } from 'uuid'
import { createEmptyDatabase, type TestDatabase } from '../../../test/database.js'

const MIGRATIONS = join(__dirname, '..', '..', '..', 'migrations')
const POINTER = '0003_resume_pointer'
const [HERE, THERE] = [v7(), v7()]

let database: TestDatabase
let owner: Db
/** The schemas up to the one without the pointer's runtime, and to the one with it. */
let before: string
let after: string

beforeAll(async () => {
  before = await upTo((name) => name < POINTER)
  after = await upTo((name) => name < `${POINTER}.z`)
})
afterAll(() => Promise.all([before, after].map((directory) => rm(directory, { recursive: true }))))
beforeEach(async () => {
  database = await createEmptyDatabase()
  owner = openDb({ url: database.ownerUrl, max: 1 })
  await migrateUp(database.ownerUrl, { directory: before })
})
afterEach(async () => {
  await owner.close()
  await database.drop()
})

async function upTo(isWanted: (name: string) => boolean): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'yardmaster-pointer-'))
  for (const name of await readdir(MIGRATIONS))
    if (isWanted(name)) await cp(join(MIGRATIONS, name), join(directory, name))
  return directory
}

const run = <Row>(text: string, ...values: unknown[]) => owner.query<Row>({ text, values })
const up = () => migrateUp(database.ownerUrl, { directory: after })

async function down(): Promise<void> {
  const db = knex(migrationConfig(database.ownerUrl, { directory: after }))
  await db.migrate.down()
  await db.destroy()
}

/** A session as it was written before, with its pointer and its ended tasks in the order of their endings. */
async function oldSession(
  pointer: string | null,
  tasks: [id: string | null, runtime: string, more?: object][],
) {
  const [user, repo, worktree, session] = [v7(), v7(), v7(), v7()]
  await run(
    "insert into runtimes (id, name) values ($1, 'here'), ($2, 'there') on conflict do nothing",
    HERE,
    THERE,
  )
  await run("insert into users (id, email, name, role) values ($1::uuid, $1::text, 'Ada', 'member')", user)
  await run(
    "insert into repos (id, name, path, default_branch) values ($1::uuid, $1::text, '/r', 'main')",
    repo,
  )
  await run(
    `insert into worktrees (id, repo_id, node_id, runtime_id, name, branch, target_branch, path, base_sha)
     values ($1::uuid, $2, $1::uuid, $3, 'w', 'w', 'main', $1::text, '')`,
    worktree,
    repo,
    HERE,
  )
  await run(
    `insert into sessions (id, worktree_id, node_id, runtime_id, harness, agent_session_id)
     values ($1, $2, $1, $3, 'shell', $4)`,
    session,
    worktree,
    HERE,
    pointer,
  )
  for (const [index, [agent_session_id, runtime_id, more]] of tasks.entries()) {
    const { status, ended_seq } = { status: 'completed', ended_seq: index + 1, ...more } as Record<
      string,
      unknown
    >
    await run(
      `insert into tasks (id, session_id, worktree_id, runtime_id, prompt, status, attempt, position, ended_seq,
         agent_session_id, started_at)
       values ($1, $2, $3, $4, 'p', $5, 1, 1, $6, $7, clock_timestamp())`,
      v7(),
      session,
      worktree,
      runtime_id,
      status,
      ended_seq,
      agent_session_id,
    )
  }
  return session
}

const runtimeOf = async (session: string) =>
  (
    await run<{ of: string | null }>(
      'select agent_session_runtime_id as of from sessions where id = $1',
      session,
    )
  )[0]?.of

it('fills the runtime where the newest ended task that recorded an agent session recorded that one', async () => {
  const here = await oldSession('one', [['one', HERE]])
  const there = await oldSession('one', [
    ['other', HERE],
    ['one', THERE],
  ])
  const silent = await oldSession('one', [
    ['one', THERE],
    [null, HERE],
  ])
  await up()
  expect([await runtimeOf(here), await runtimeOf(there), await runtimeOf(silent)]).toEqual([
    HERE,
    THERE,
    THERE,
  ])
})

it('leaves the stale pair empty: the newest one recorded another agent session', async () => {
  const stale = await oldSession('one', [
    ['one', HERE],
    ['two', THERE],
  ])
  await up()
  expect(await runtimeOf(stale)).toBeNull()
})

it('leaves empty what has no pointer, no task, or only one that has not ended', async () => {
  const none = await oldSession(null, [['one', HERE]])
  const alone = await oldSession('one', [])
  const running = await oldSession('one', [['one', HERE, { status: 'running', ended_seq: null }]])
  await up()
  expect([await runtimeOf(none), await runtimeOf(alone), await runtimeOf(running)]).toEqual([
    null,
    null,
    null,
  ])
})

it('goes by the order of endings, not by that of ids', async () => {
  const session = await oldSession('one', [
    ['one', HERE, { ended_seq: 9 }],
    ['two', THERE, { ended_seq: 3 }],
  ])
  await up()
  expect(await runtimeOf(session)).toBe(HERE)
})

it('takes over what recorded and what started', async () => {
  const session = await oldSession('one', [
    ['one', HERE],
    [null, HERE],
  ])
  await up()
  expect(
    await run(
      'select agent_session_seq, started_attempt from tasks where session_id = $1 order by ended_seq',
      session,
    ),
  ).toEqual([
    { agent_session_seq: 1, started_attempt: 1 },
    { agent_session_seq: null, started_attempt: 1 },
  ])
})

it('lets a runtime stand only beside an agent session; the agent session may stand alone', async () => {
  const session = await oldSession('one', [])
  await up()
  const set = (agent_session_id: string | null, runtime_id: string | null) =>
    run(
      'update sessions set agent_session_id = $2, agent_session_runtime_id = $3 where id = $1',
      session,
      agent_session_id,
      runtime_id,
    )
  await expect(set(null, HERE)).rejects.toMatchObject({ code: '23514', constraint: 'sessions_pointer_pair' })
  await set('alone', null)
  await set('paired', HERE)
  await set(null, null)
  expect(await oldSession('written as before', [])).toBeDefined()
})

it('goes down to what was there, and up again to the same', async () => {
  const paired = await oldSession('one', [['one', THERE]])
  const stale = await oldSession('one', [
    ['one', HERE],
    ['two', THERE],
  ])
  const schema = () =>
    run(
      `select table_name, column_name, data_type from information_schema.columns
       where table_name in ('sessions', 'tasks') order by 1, 2`,
    )
  const pointers = () => run('select id, agent_session_id from sessions order by id')
  const [old, kept] = [await schema(), await pointers()]
  await up()
  const filled = await schema()
  await down()
  expect(await schema()).toEqual(old)
  expect(await pointers()).toEqual(kept)
  expect(await up()).toEqual([POINTER])
  expect(await schema()).toEqual(filled)
  expect([await runtimeOf(paired), await runtimeOf(stale)]).toEqual([THERE, null])
})
