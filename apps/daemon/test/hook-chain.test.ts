import { randomUUID } from 'node:crypto'
import type { Level } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { type Answer, type Call, openTransport, type Transport, transports } from './helpers/calls'
import { inBetween, stored } from './helpers/rows'
import { ask, claimRun, gitState, queue, say, startRun, type TestRun } from './helpers/runs'

const levels = ['view', 'session', 'prompt', 'all', 'owner'] as const
const patient = { dispatched: 3_600_000, started: 3_600_000, heartbeat_timeout: 3_600_000 }

let yard: TestDaemon
/** One person per level on the shared worktree's repo; `none` has no grant at all. */
let people: Record<Level, Person>
let shared: { id: string; repo_id: string }
/** Nobody but the admin sees this one. */
let hidden: { id: string }

beforeAll(async () => {
  yard = await startTestDaemon({ limits: patient })
  people = {} as Record<Level, Person>
  for (const level of ['none', ...levels] as const) people[level] = await yard.person()
  shared = await yard.worktree()
  // On the repo, so that every worktree of it is shared alike.
  for (const level of levels)
    await yard.admin.rest
      .service('grants')
      .create({ repo_id: shared.repo_id, user_id: people[level].user.id, level })
  hidden = await yard.worktree()
})
afterAll(() => yard.stop())

const db = () => yard.database.db
const codeOf = ({ status, body }: Answer) => [status, body.data?.code]
const ok = ({ status }: Answer) => status

/** In a worktree of its own, since runs stay under way. */
async function startedRun(by?: Person): Promise<TestRun> {
  const worktree = await yard.worktree({ repo_id: shared.repo_id })
  return startRun(yard, (await yard.session(worktree.id)).id, by)
}

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  const as = (person: Person | string, call: Call) =>
    transport.call(typeof person === 'string' ? person : person.token, call)
  const patchTask = (run: TestRun, data: object) =>
    as(run.token, { path: 'tasks', method: 'patch', id: run.task_id, data })

  describe('an executor', () => {
    test.each([
      ['completes', { status: 'completed' }],
      ['fails', { status: 'failed', failure_reason: 'harness_died' }],
      ['completes and names its model', { status: 'completed', model: 'one' }],
      ['fails and names its model', { status: 'failed', model: 'one' }],
    ])('%s its task without naming the session', async (_, data) => {
      const run = await startedRun()
      const completed_at = '2030-01-02T03:04:05.678+00:00'
      const answer = await patchTask(run, { ...data, completed_at, git_state: gitState })
      expect(answer).toMatchObject({ status: 200, body: { id: run.task_id, ...data, git_state: gitState } })
      expect(await stored(db(), 'tasks', run.task_id)).toMatchObject({
        ...data,
        completed_at,
        git_state: gitState,
      })
    })

    test('gets the same answer for the same ending, and a refusal for another', async () => {
      const run = await startedRun()
      await patchTask(run, { status: 'completed', git_state: gitState })
      const before = await stored(db(), 'tasks', run.task_id)
      expect(await patchTask(run, { status: 'completed', git_state: gitState })).toMatchObject({
        status: 200,
      })
      expect(codeOf(await patchTask(run, { status: 'failed' }))).toEqual([409, 'TASK_TERMINAL'])
      expect(await stored(db(), 'tasks', run.task_id)).toEqual(before)
    })

    test('reads and writes nothing of another run', async () => {
      const [run, other] = [await startedRun(), await startedRun()]
      const message = await say(yard, other)
      const request = await ask(yard, other)
      const calls: Call[] = [
        { path: 'tasks', method: 'patch', id: other.task_id, data: { status: 'completed' } },
        { path: 'tasks', method: 'get', id: other.task_id },
        { path: 'sessions', method: 'get', id: other.session_id },
        { path: 'sessions', method: 'report', data: { id: other.session_id, plan: [] } },
        { path: 'messages', method: 'patch', id: message, data: { status: 'final' } },
        { path: 'messages', method: 'chunk', data: { id: message, block: 0, offset: 0, text: 'x' } },
        { path: 'permission-requests', method: 'get', id: request },
        {
          path: 'messages',
          method: 'create',
          data: { session_id: other.session_id, client_id: 'x', type: 'text', role: 'agent', content: [] },
        },
      ]
      for (const call of calls) expect(codeOf(await as(run.token, call))).toEqual([404, 'NOT_FOUND'])
      const sameSession = { session_id: run.session_id, task_id: other.task_id, client_id: 'y' }
      const create = { ...sameSession, type: 'text', role: 'agent', content: [] }
      expect(codeOf(await as(run.token, { path: 'messages', method: 'create', data: create }))).toEqual([
        400,
        'IMMUTABLE',
      ])
    })

    test('whose attempt was offered again is no longer let in', async () => {
      const run = await claimRun(
        yard,
        (await yard.session((await yard.worktree({ repo_id: shared.repo_id })).id)).id,
      )
      const { id, token, boot_id } = run.runtime
      const claim: Call = { path: 'runtimes', method: 'claim', data: { id, boot_id, slots: 1, runs: [] } }
      const again = await as(token, claim)
      expect(again.body.runs).toHaveLength(1)
      expect(codeOf(await patchTask(run, { status: 'running' }))).toEqual([401, 'NOT_AUTHENTICATED'])
      const now = { ...run, token: again.body.runs[0].token }
      expect(ok(await patchTask(now, { status: 'running' }))).toBe(200)
    })
  })

  test.each(['prompt', 'all', 'owner'] as const)(
    '%s patches messages without naming the session',
    async (level) => {
      const message = await say(yard, await startedRun())
      const content = [{ type: 'text', text: 'corrected' }]
      const call: Call = { path: 'messages', method: 'patch', id: message, data: { content } }
      expect(await as(people[level], call)).toMatchObject({
        status: 200,
        body: { content, preview: 'corrected' },
      })
      expect(await stored(db(), 'messages', message)).toMatchObject({ content })
    },
  )

  test.each(['all', 'owner'] as const)('%s removes messages without naming the session', async (level) => {
    const message = await say(yard, await startedRun())
    const call: Call = { path: 'messages', method: 'remove', id: message }
    expect(await as(people[level], call)).toMatchObject({ status: 200, body: { id: message } })
    expect(await stored(db(), 'messages', message)).toBeNull()
  })

  describe('sessions by id', () => {
    const expected: Record<Level, { others: number[]; own: number[] }> = {
      none: { others: [404, 404, 404], own: [404, 404, 404] },
      view: { others: [200, 403, 403], own: [200, 403, 403] },
      session: { others: [200, 403, 403], own: [200, 200, 403] },
      prompt: { others: [200, 403, 403], own: [200, 200, 403] },
      all: { others: [200, 200, 200], own: [200, 200, 200] },
      owner: { others: [200, 200, 200], own: [200, 200, 200] },
    }
    const statuses = async (person: Person, id: string) => [
      ok(await as(person, { path: 'sessions', method: 'get', id })),
      ok(await as(person, { path: 'sessions', method: 'patch', id, data: { title: 'another' } })),
      ok(await as(person, { path: 'sessions', method: 'remove', id })),
    ]

    test.each(Object.keys(expected) as Level[])('%s decides about get, patch and remove', async (level) => {
      const { id } = await yard.session(shared.id)
      const own = await yard.session(shared.id)
      await db().query({
        text: 'update sessions set created_by = $2 where id = $1',
        values: [own.id, people[level].user.id],
      })
      const before = await stored(db(), 'sessions', id)
      expect(await statuses(people[level], id)).toEqual(expected[level].others)
      expect(await statuses(people[level], own.id)).toEqual(expected[level].own)
      if (expected[level].others[1] !== 200) expect(await stored(db(), 'sessions', id)).toEqual(before)
    })
  })

  test.each([
    ['messages', { client_id: 'x', type: 'text', role: 'agent', content: [] }],
    ['tasks', { prompt: 'x' }],
  ])('%s.create without a session is refused', async (path, data) => {
    const run = await startedRun()
    for (const token of [run.token, people.owner.token, yard.admin.token])
      expect(codeOf(await as(token, { path, method: 'create', data }))).toEqual([400, 'INVALID'])
  })

  describe("another session's id beside the row's own", () => {
    const cases = ['tasks.patch', 'tasks.remove', 'messages.patch', 'messages.remove'] as const
    const places = ['data', 'query'] as const

    async function attempt(
      what: (typeof cases)[number],
      place: (typeof places)[number],
      worktree_id: string,
      person: Person,
    ) {
      const [path, method] = what.split('.') as [string, string]
      const theirs = (await yard.session(shared.id, people.owner)).id
      const session_id = (await yard.session(worktree_id)).id
      const { task_id } = await queue(yard, session_id)
      const id = path === 'tasks' ? task_id : await writtenMessage(session_id, task_id)
      const before = await stored(db(), path, id)
      const change = path === 'tasks' ? { prompt: 'changed' } : { content: [] }
      const call: Call = { path, method, id }
      if (method === 'patch') call.data = change
      if (place === 'query') call.query = { session_id: theirs }
      else if (method === 'patch') call.data = { ...change, session_id: theirs }
      // A DELETE's body; sockets give a removal nothing but a query.
      else if (name === 'REST') call.data = { session_id: theirs }
      else call.query = { session_id: theirs }
      const answer = await as(person, call)
      expect(await stored(db(), path, id)).toEqual(before)
      return codeOf(answer)
    }

    // Of a task that is still queued, so that nothing but the session stands in the way.
    async function writtenMessage(session_id: string, task_id: string): Promise<string> {
      const id = randomUUID()
      await db().query({
        text: `insert into messages (id, session_id, task_id, worktree_id, attempt, seq, type, role)
               select $1, s.id, $3, s.worktree_id, 0, 1000, 'text', 'agent' from sessions s where s.id = $2`,
        values: [id, session_id, task_id],
      })
      return id
    }

    const table = cases.flatMap((what) => places.map((place) => [what, place] as const))
    test.each(table)('%s, in the %s: the row is viewable', async (what, place) => {
      expect(await attempt(what, place, shared.id, people.owner)).toEqual([400, 'IMMUTABLE'])
      const viewed = await yard.worktree({ grants: [[people.owner, 'view']] })
      expect(await attempt(what, place, viewed.id, people.owner)).toEqual([400, 'IMMUTABLE'])
    })
    test.each(table)('%s, in the %s: the row is not viewable', async (what, place) => {
      expect(await attempt(what, place, hidden.id, people.owner)).toEqual([404, 'NOT_FOUND'])
    })
    test("an executor's own task with another session", async () => {
      const run = await startedRun()
      const other = await startedRun()
      const before = await stored(db(), 'tasks', run.task_id)
      const data = { status: 'completed', session_id: other.session_id }
      expect(codeOf(await patchTask(run, data))).toEqual([400, 'IMMUTABLE'])
      expect(await stored(db(), 'tasks', run.task_id)).toEqual(before)
    })
    test('the right one is taken', async () => {
      const run = await startedRun()
      expect(ok(await patchTask(run, { status: 'completed', session_id: run.session_id }))).toBe(200)
    })
    test('a session that is said to lie in another worktree', async () => {
      const { id } = await yard.session(shared.id)
      const call: Call = {
        path: 'sessions',
        method: 'patch',
        id,
        data: { title: 'x', worktree_id: hidden.id },
      }
      expect(codeOf(await as(people.owner, call))).toEqual([400, 'IMMUTABLE'])
      expect(
        codeOf(await as(people.owner, { ...call, data: { title: 'x' }, query: { worktree_id: hidden.id } })),
      ).toEqual([400, 'IMMUTABLE'])
    })
  })

  describe('what is deleted between the look and the write', () => {
    const rows: [string, (run: TestRun) => Promise<{ call: Call; table: string; by?: string }>][] = [
      ['messages.patch', async (run) => row('messages', 'patch', await say(yard, run), { content: [] })],
      ['messages.remove', async (run) => row('messages', 'remove', await say(yard, run))],
      ['permission-requests.patch', async (run) => decision(await ask(yard, run))],
      ['sessions.patch', async (run) => row('sessions', 'patch', run.session_id, { title: 'x' })],
      ['sessions.remove', async (run) => row('sessions', 'remove', run.session_id)],
      [
        "an executor's messages.patch",
        async (run) => ({
          ...row('messages', 'patch', await say(yard, run), { content: [], status: 'final' }),
          by: run.token,
        }),
      ],
    ]
    const row = (path: string, method: string, id: string, data?: object) => ({
      call: { path, method, id, ...(data ? { data } : {}) },
      table: path,
    })
    const decision = (id: string) => ({
      ...row('permission-requests', 'patch', id, { option_id: 'yes' }),
      table: 'permission_requests',
    })

    test.each(rows)('%s', async (_, prepare) => {
      const run = await startedRun()
      const { call, table, by } = await prepare(run)
      await refused(run.session_id, call, table, by ?? people.owner.token)
    })
    test.each(['patch', 'remove'])('tasks.%s while queued', async (method) => {
      const session_id = (await yard.session(shared.id)).id
      const { task_id } = await queue(yard, session_id)
      const { call } = row('tasks', method, task_id, method === 'patch' ? { prompt: 'x' } : undefined)
      await refused(session_id, call, 'tasks', people.owner.token)
    })
    test.each(['completed', 'failed', 'running'])(
      "an executor's ending or start: %s, its session gone",
      async (status) => {
        const run = await (status === 'running'
          ? claimRun(yard, (await yard.session((await yard.worktree({ repo_id: shared.repo_id })).id)).id)
          : startedRun())
        const call: Call = { path: 'tasks', method: 'patch', id: run.task_id, data: { status } }
        const answer = await inBetween(
          yard,
          run.session_id,
          () => as(run.token, call),
          'delete from sessions where id = $1',
          [run.session_id],
        )
        expect(codeOf(answer)).toEqual([404, 'NOT_FOUND'])
        expect(await stored(db(), 'tasks', run.task_id)).toBeNull()
      },
    )
    test.each([{ status: 'completed' }, { status: 'failed' }, { status: 'running' }, { model: 'one' }])(
      "an executor's patch %j, its task gone",
      async (data) => {
        const { id } = await yard.session((await yard.worktree({ repo_id: shared.repo_id })).id)
        const run = await (data.status === 'running' ? claimRun(yard, id) : startRun(yard, id))
        const call: Call = { path: 'tasks', method: 'patch', id: run.task_id, data }
        await refused(run.session_id, call, 'tasks', run.token)
      },
    )

    test('a grant that goes in between is a refusal as well', async () => {
      const person = await yard.person()
      const worktree = await yard.worktree({ grants: [[person, 'all']] })
      const { id } = await yard.session(worktree.id)
      const before = await stored(db(), 'sessions', id)
      const answer = await inBetween(
        yard,
        id,
        () => as(person, { path: 'sessions', method: 'patch', id, data: { title: 'x' } }),
        "update grants set level = 'view' where worktree_id = $1 and user_id = $2",
        [worktree.id, person.user.id],
      )
      expect(codeOf(answer)).toEqual([403, 'FORBIDDEN'])
      expect(await stored(db(), 'sessions', id)).toEqual(before)
    })

    async function refused(session_id: string, call: Call, table: string, token: string): Promise<void> {
      const logged = () =>
        db().query({
          text: 'select seq, type from session_events where session_id = $1',
          values: [session_id],
        })
      const before = await logged()
      // As the daemon's own removals do: what goes from a session takes a number of its log.
      const remove =
        table === 'sessions'
          ? 'delete from sessions where id = $1 and $2::uuid is not null'
          : `with told as (update sessions set last_seq = last_seq + 1 where id = $2) delete from ${table} where id = $1`
      const answer = await inBetween(yard, session_id, () => as(token, call), remove, [call.id, session_id])
      expect(codeOf(answer)).toEqual([404, 'NOT_FOUND'])
      expect(await stored(db(), table, String(call.id))).toBeNull()
      expect(await logged()).toEqual(table === 'sessions' ? [] : before)
    }
  })

  test('of two different endings at once, one wins', async () => {
    for (let round = 0; round < 10; round++) {
      const run = await startedRun()
      const endings = [{ status: 'completed' }, { status: 'failed', failure_reason: 'refused' }]
      const answers = await Promise.all(endings.map((ending) => patchTask(run, ending)))
      expect(answers.map(ok).sort()).toEqual([200, 409])
      const winner = endings[answers.findIndex(({ status }) => status === 200)]
      expect(await stored(db(), 'tasks', run.task_id)).toMatchObject(winner!)
      expect(codeOf(answers.find(({ status }) => status === 409)!)[1]).toBe('TASK_TERMINAL')
    }
  })

  describe('rows by level', () => {
    let run: TestRun
    let calls: [string, Call][]
    let worktree: { id: string; repo_id: string }
    beforeAll(async () => {
      worktree = await yard.worktree({ grants: [[people.view, 'view']] })
      run = await startRun(yard, (await yard.session(worktree.id)).id)
      const [message, request] = [await say(yard, run), await ask(yard, run)]
      const grant = (await yard.admin.rest.service('grants').find({ query: { worktree_id: worktree.id } }))
        .data[0]!
      calls = [
        ['sessions', { path: 'sessions', method: 'patch', id: run.session_id, data: { title: 'x' } }],
        ['tasks', { path: 'tasks', method: 'patch', id: run.task_id, data: { prompt: 'x' } }],
        ['messages', { path: 'messages', method: 'patch', id: message, data: { content: [] } }],
        [
          'permission_requests',
          { path: 'permission-requests', method: 'patch', id: request, data: { option_id: 'yes' } },
        ],
        ['worktrees', { path: 'worktrees', method: 'patch', id: worktree.id, data: { name: 'x' } }],
        ['repos', { path: 'repos', method: 'patch', id: worktree.repo_id, data: { name: 'x' } }],
        ['grants', { path: 'grants', method: 'patch', id: grant.id, data: { level: 'owner' } }],
      ]
    })
    const forms = ({ path, id, data }: Call): Call[] => [
      { path, method: 'get', id },
      { path, method: 'patch', id, data },
      ...(path === 'permission-requests' ? [] : [{ path, method: 'remove', id }]),
    ]

    test('what is not viewable is not found', async () => {
      for (const [table, call] of calls) {
        const before = await stored(db(), table, String(call.id))
        for (const form of forms(call))
          expect(codeOf(await as(people.none, form))).toEqual([404, 'NOT_FOUND'])
        expect(await stored(db(), table, String(call.id))).toEqual(before)
      }
    })
    test('what is viewable and no more can be read, not changed', async () => {
      for (const [table, call] of calls) {
        const before = await stored(db(), table, String(call.id))
        const [get, ...writes] = forms(call)
        expect(await as(people.view, get!)).toMatchObject({ status: 200, body: { id: call.id } })
        for (const write of writes) expect(codeOf(await as(people.view, write))).toEqual([403, 'FORBIDDEN'])
        expect(await stored(db(), table, String(call.id))).toEqual(before)
      }
    })
    test('custom methods are decided by the row as well', async () => {
      const on = (method: string, more = {}): Call => ({
        path: 'sessions',
        method,
        data: { id: run.session_id, ...more },
      })
      const writes = [on('prompt', { prompt: 'x' }), on('stop'), on('continue')]
      for (const call of [...writes, on('info'), on('diff')])
        expect(codeOf(await as(people.none, call))).toEqual([404, 'NOT_FOUND'])
      for (const call of writes) expect(codeOf(await as(people.view, call))).toEqual([403, 'FORBIDDEN'])
      for (const call of [on('info'), on('diff')]) expect(ok(await as(people.view, call))).toBe(200)
    })
    test('and nobody in particular is asked to sign in first, whatever the call', async () => {
      for (const [, call] of calls)
        for (const form of forms(call))
          expect(codeOf(await transport.call(null, { ...form, id: 'no id', data: { odd: 1 } }))).toEqual([
            401,
            'NOT_AUTHENTICATED',
          ])
    })
  })

  test.each([
    'tasks',
    'messages',
    'sessions',
    'worktrees',
    'repos',
    'grants',
    'users',
    'permission-requests',
  ])('%s: ids that are not one id', async (path) => {
    const data = { sessions: { title: 'x' }, tasks: { prompt: 'x' }, messages: { content: [] } }[path] ?? {
      name: 'x',
    }
    const odd = [
      null,
      [],
      [randomUUID(), randomUUID()],
      {},
      { $ne: null },
      1,
      true,
      '',
      randomUUID().toUpperCase(),
    ]
    for (const id of odd)
      for (const method of path === 'permission-requests' ? ['patch'] : ['patch', 'remove'])
        expect(
          codeOf(await as(yard.admin, { path, method, id, data: method === 'patch' ? data : undefined })),
        ).toEqual([400, 'INVALID_ID'])
  })

  test('there is no PUT', async () => {
    for (const path of ['sessions', 'tasks', 'messages', 'worktrees', 'users'])
      for (const token of [yard.admin.token, null])
        for (const id of [randomUUID(), null])
          expect(
            codeOf(await transport.call(token, { path, method: 'update', id, data: { title: 'x' } })),
          ).toEqual([405, 'METHOD_NOT_ALLOWED'])
  })
})
