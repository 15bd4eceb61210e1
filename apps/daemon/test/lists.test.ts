import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, type Transport, transports } from './helpers/calls'
import { ask, say, startRun } from './helpers/runs'

/** What a place holds, by service. */
type Ids = Record<string, string[]>

let yard: TestDaemon
let viewer: Person
/** Three worktrees, each with rows of every kind; the viewer sees the first. */
const places: Ids[] = []

beforeAll(async () => {
  yard = await startTestDaemon({ limits: { dispatched: 3_600_000, started: 3_600_000 } })
  viewer = await yard.person()
  for (const seen of [true, false, false]) {
    const worktree = await yard.worktree({ grants: seen ? [[viewer, 'view']] : [] })
    const idle = (await yard.session(worktree.id, yard.admin, { title: 'idle' })).id
    const run = await startRun(yard, (await yard.session(worktree.id)).id)
    const spoken = [await say(yard, run, 'one'), await say(yard, run, 'two')]
    const asked = [await ask(yard, run), await ask(yard, run)]
    const { data } = await yard.admin.rest.service('messages').find({ query: { session_id: run.session_id } })
    const ofRepo = await yard.admin.rest.service('grants').find({ query: { repo_id: worktree.repo_id } })
    const ofWorktree = await yard.admin.rest.service('grants').find({ query: { worktree_id: worktree.id } })
    places.push({
      worktrees: [worktree.id],
      repos: [worktree.repo_id],
      grants: [...ofRepo.data, ...ofWorktree.data].map(({ id }) => id),
      sessions: [idle, run.session_id],
      tasks: [run.task_id],
      // The prompt itself is the first.
      messages: [data[0]!.id, ...spoken],
      'permission-requests': asked,
    })
  }
})
afterAll(() => yard.stop())

const services = ['worktrees', 'repos', 'grants', 'sessions', 'tasks', 'messages', 'permission-requests']
const ids = (body: { data: { id: string }[] }) => body.data.map(({ id }) => id)

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  const find = async (path: string, query: object = {}, person: Person = viewer) => {
    const { status, body } = await transport.call(person.token, { path, method: 'find', query })
    expect([status, body.data?.code]).toEqual([200, undefined])
    return body
  }

  describe.each(services)('%s', (path) => {
    const own = () => [...places[0]![path]!].sort()
    const foreign = () => [...places[1]![path]!, ...places[2]![path]!]

    test('rows and total of the one worktree that is seen, without a filter', async () => {
      const body = await find(path)
      expect(ids(body).sort()).toEqual(own())
      expect(body).toMatchObject({ total: own().length, limit: 50, skip: 0 })
    })
    test('an admin finds all three', async () => {
      const body = await find(path, {}, yard.admin)
      expect(body.total).toBe(own().length + foreign().length)
    })
    test('no filter reaches further', async () => {
      const all = [...own(), ...foreign()]
      for (const query of [
        { id: { $in: all } },
        { id: { $nin: [] } },
        { id: { $ne: '00000000-0000-0000-0000-000000000000' } },
        { $or: all.map((id) => ({ id })) },
        { $or: [{ id: { $in: foreign() } }, { id: { $in: own() } }] },
        { id: { $gt: '00000000-0000-0000-0000-000000000000' } },
      ]) {
        const body = await find(path, query)
        expect([ids(body).sort(), body.total]).toEqual([own(), own().length])
      }
      for (const query of [
        { id: foreign()[0] },
        { id: { $in: foreign() } },
        { id: { $nin: own() } },
        { $or: foreign().map((id) => ({ id })) },
        { id: own()[0], $or: foreign().map((id) => ({ id })) },
      ])
        expect(await find(path, query)).toMatchObject({ total: 0, data: [] })
    })
    test('pages, order and fields are those of the rows that are seen', async () => {
      const down = ids(await find(path, { $sort: { created_at: -1 } }))
      const up = ids(await find(path, { $sort: { created_at: 1 } }))
      expect([...down].sort()).toEqual(own())
      expect([...up].reverse()).toEqual(down)
      const paged = []
      for (let skip = 0; skip < own().length; skip++) {
        const body = await find(path, { $sort: { created_at: -1 }, $limit: 1, $skip: skip })
        expect(body).toMatchObject({ total: own().length, limit: 1, skip })
        paged.push(...ids(body))
      }
      expect(paged).toEqual(down)
      expect(await find(path, { $limit: 0 })).toEqual({ total: own().length, limit: 0, skip: 0, data: [] })
      expect(await find(path, { $limit: 100_000 })).toMatchObject({ limit: 200 })
      expect(await find(path, { $skip: own().length })).toMatchObject({ total: own().length, data: [] })
      for (const row of (await find(path, { $select: ['created_at'] })).data)
        expect(Object.keys(row).sort()).toEqual(['created_at', 'id'])
      expect(await find(path, { $total: false })).not.toHaveProperty('total')
    })
  })

  test.each(['tasks', 'messages', 'permission-requests'])('%s of one session', async (path) => {
    const [seen, unseen] = [places[0]!.sessions![1], places[1]!.sessions![1]]
    expect(ids(await find(path, { session_id: seen })).sort()).toEqual([...places[0]![path]!].sort())
    expect(await find(path, { session_id: unseen })).toMatchObject({ total: 0, data: [] })
    // A session that may be seen opens no gate for rows of others.
    for (const query of [
      { session_id: seen, $or: [{ session_id: unseen }] },
      { session_id: seen, worktree_id: places[1]!.worktrees![0] },
      { session_id: { $in: [unseen] } },
      { session_id: { $ne: seen } },
      { $or: [{ session_id: unseen }] },
      { worktree_id: places[1]!.worktrees![0] },
    ])
      expect(await find(path, query)).toMatchObject({ total: 0, data: [] })
    expect((await find(path, { $or: [{ session_id: seen }, { session_id: unseen }] })).total).toBe(
      places[0]![path]!.length,
    )
  })

  test('messages come in the order of the transcript, and page by seq without a total', async () => {
    const session_id = places[0]!.sessions![1]
    const all = await find('messages', { session_id })
    expect(ids(all)).toEqual(places[0]!.messages)
    const [first] = all.data
    const rest = await find('messages', { session_id, seq: { $gt: first.seq } })
    expect(ids(rest)).toEqual(places[0]!.messages!.slice(1))
    expect(rest).not.toHaveProperty('total')
  })

  test('the log of a session that is not seen is empty', async () => {
    const events = (session_id: string) => find('session-events', { session_id })
    expect((await events(places[0]!.sessions![1]!)).data.length).toBeGreaterThan(0)
    expect((await events(places[1]!.sessions![1]!)).data).toEqual([])
  })

  test('null and text are two things', async () => {
    const [idle, run] = places[0]!.sessions!
    expect(ids(await find('sessions', { title: 'idle' }))).toEqual([idle])
    expect(ids(await find('sessions', { title: null }))).toEqual([run])
    expect(ids(await find('sessions', { title: { $ne: null } }))).toEqual([idle])
    expect(ids(await find('sessions', { archived_at: null })).length).toBe(2)
  })

  test('a list of more than twenty is a list', async () => {
    const many = Array.from(
      { length: 150 },
      (_, n) => `00000000-0000-0000-0000-${String(n).padStart(12, '0')}`,
    )
    const [seen] = places[0]!.sessions!
    expect(ids(await find('sessions', { id: { $in: [...many, seen] } }))).toEqual([seen])
  })
})

test('messages of one session are found by a text, whatever case and signs it has', async () => {
  const worktree = await yard.worktree({ grants: [[viewer, 'view']] })
  const run = await startRun(yard, (await yard.session(worktree.id)).id)
  const said = await say(yard, run, 'He said "No\\Way"\nand left: 100%_ÄÖ')
  const { session_id } = run
  const messages = viewer.rest.service('messages')
  for (const text of ['"no\\way"\nAND', '100%_äö', 'left: 1'])
    expect([text, ids(await messages.find({ query: { session_id, text } }))]).toEqual([text, [said]])
  for (const text of ['100x_', 'said no'])
    expect([text, ids(await messages.find({ query: { session_id, text } }))]).toEqual([text, []])
  await expect(messages.find({ query: { text: 'No' } })).rejects.toMatchObject({ data: { code: 'INVALID' } })
  const stranger = (await yard.person()).rest.service('messages')
  expect(ids(await stranger.find({ query: { session_id, text: 'left' } }))).toEqual([])
})
