import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { isErrorCode } from '@yardmaster/protocol'
import { sign } from 'jsonwebtoken'
import { io, type Socket } from 'socket.io-client'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import {
  type Answer,
  type Call,
  emit,
  openTransport,
  readAnswer,
  type Transport,
  transports,
} from './helpers/calls'
import { everything } from './helpers/rows'
import { ask, say, startRun, type TestRun } from './helpers/runs'

jest.setTimeout(60_000)

let yard: TestDaemon
let run: TestRun
let rows: Record<string, string>
let before: Record<string, string>

beforeAll(async () => {
  yard = await startTestDaemon({
    limits: { dispatched: 3_600_000, started: 3_600_000, heartbeat_timeout: 3_600_000 },
  })
  const worktree = await yard.worktree()
  run = await startRun(yard, (await yard.session(worktree.id)).id)
  const grant = await yard.admin.rest
    .service('grants')
    .create({ worktree_id: worktree.id, user_id: (await yard.person()).user.id, level: 'view' })
  rows = {
    worktrees: worktree.id,
    repos: worktree.repo_id,
    grants: grant.id,
    users: (await yard.person()).user.id,
    sessions: run.session_id,
    tasks: run.task_id,
    messages: await say(yard, run),
    'permission-requests': await ask(yard, run),
    runtimes: run.runtime.id,
  }
  before = await everything(yard.database.db)
})
// Whatever came in: nothing was written, and the daemon serves.
afterEach(async () => {
  expect(await everything(yard.database.db)).toEqual(before)
  expect((await fetch(`${yard.url}/healthz`)).status).toBe(200)
})
afterAll(() => yard.stop())

const inside =
  /\b(select|insert into|delete from|returning|syntax error|violates|relation|pg_)\b|\.[jt]s:\d|node_modules|\n +at /i

/** Refused with a code of the table, and with nothing of what is inside. */
function expectRefused({ status, body }: Answer, wanted?: [number, string]): void {
  expect([status, body]).toEqual([
    status,
    expect.objectContaining({ code: status, data: expect.any(Object) }),
  ])
  if (wanted) expect([status, body.data.code]).toEqual(wanted)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(isErrorCode(body.data.code)).toBe(true)
  expect(Object.keys(body).sort()).toEqual(['className', 'code', 'data', 'message', 'name'])
  expect(JSON.stringify(body)).not.toMatch(inside)
  expect(JSON.stringify(body)).not.toContain(yard.home)
}

const valid = (): Call[] => [
  {
    path: 'users',
    method: 'create',
    data: { email: 'a@b', name: 'A', password: 'long enough', role: 'member' },
  },
  {
    path: 'users',
    method: 'patch',
    id: rows.users,
    data: { name: 'A', email: 'a@b', password: 'long enough' },
  },
  { path: 'repos', method: 'create', data: { name: 'r', path: '/nowhere' } },
  { path: 'repos', method: 'create', data: { name: 'r', url: 'ftp://nowhere' } },
  { path: 'repos', method: 'patch', id: rows.repos, data: { name: 'r', default_branch: 'main' } },
  {
    path: 'worktrees',
    method: 'create',
    data: { repo_id: rows.repos, name: 'w', branch: 'b', base: 'main', others_can: 'none' },
  },
  { path: 'worktrees', method: 'patch', id: rows.worktrees, data: { name: 'w', others_can: 'view' } },
  {
    path: 'grants',
    method: 'create',
    data: { worktree_id: rows.worktrees, user_id: rows.users, level: 'view' },
  },
  { path: 'grants', method: 'patch', id: rows.grants, data: { level: 'view' } },
  {
    path: 'sessions',
    method: 'create',
    data: {
      worktree_id: rows.worktrees,
      harness: 'shell',
      title: 't',
      model: 'm',
      mode: 'm',
      permission_mode: 'auto',
    },
  },
  {
    path: 'sessions',
    method: 'patch',
    id: rows.sessions,
    data: {
      title: 't',
      model: 'm',
      mode: 'm',
      permission_mode: 'auto',
      runtime_id: rows.runtimes,
      archived_at: null,
    },
  },
  { path: 'sessions', method: 'prompt', data: { id: rows.sessions, prompt: 'p', idempotency_key: 'k' } },
  { path: 'sessions', method: 'stop', data: { id: rows.sessions, task_id: rows.tasks } },
  { path: 'tasks', method: 'create', data: { session_id: rows.sessions, prompt: 'p', idempotency_key: 'k' } },
  { path: 'tasks', method: 'patch', id: rows.tasks, data: { prompt: 'p' } },
  { path: 'messages', method: 'patch', id: rows.messages, data: { content: [{ type: 'text', text: 't' }] } },
  {
    path: 'permission-requests',
    method: 'patch',
    id: rows['permission-requests'],
    data: { option_id: 'yes' },
  },
  {
    path: 'authentication',
    method: 'create',
    data: { strategy: 'local', email: 'admin@example.com', password: 'wrong' },
  },
  { path: 'authentication', method: 'create', data: { strategy: 'link', token: 'x' } },
]

/** What an executor says. */
const reported = (): Call[] => [
  {
    path: 'tasks',
    method: 'patch',
    id: run.task_id,
    data: {
      status: 'failed',
      completed_at: '2030-01-01T00:00:00Z',
      failure_reason: 'refused',
      error: { message: 'm', detail: 'd' },
      git_state: {
        start: { sha: 's', branch: 'b', dirty: false },
        end: null,
        files: [{ path: 'p', status: 's', added: 1, removed: 1 }],
      },
      agent_session_id: 'a',
      work_dir: '/w',
      usage: { tokens: 'u' },
      model: 'm',
    },
  },
  {
    path: 'messages',
    method: 'create',
    data: {
      session_id: run.session_id,
      client_id: 'c',
      type: 'text',
      role: 'agent',
      content: [{ type: 'text', text: 't', deep: [{ er: 'x' }] }],
      parent_tool_use_id: 'p',
    },
  },
  {
    path: 'messages',
    method: 'patch',
    id: rows.messages,
    data: { content: [{ type: 'x', y: 'z' }], status: 'final' },
  },
  { path: 'messages', method: 'chunk', data: { id: rows.messages, block: 0, offset: 0, text: 't' } },
  {
    path: 'permission-requests',
    method: 'create',
    data: {
      session_id: run.session_id,
      client_id: 'q',
      tool_call: { title: 't', raw: { a: ['b'] } },
      options: [{ option_id: 'o', name: 'n', kind: 'k' }],
    },
  },
  {
    path: 'sessions',
    method: 'report',
    data: {
      id: run.session_id,
      plan: [{ content: 'c' }],
      commands: ['c'],
      offered: { modes: 'm' },
      usage: { u: 'u' },
    },
  },
]

/** The same JSON with each of its texts (or keys) put out of shape, one at a time. */
function* bent(value: unknown, bend: (text: string) => unknown): Generator<unknown> {
  if (typeof value === 'string') yield bend(value)
  else if (Array.isArray(value))
    for (const [place, item] of value.entries())
      for (const odd of bent(item, bend)) yield value.with(place, odd)
  else if (value !== null && typeof value === 'object')
    for (const [key, item] of Object.entries(value))
      for (const odd of bent(item, bend)) yield { ...value, [key]: odd }
}

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  const admin = (call: Call) => transport.call(yard.admin.token, call)
  const executor = (call: Call) => transport.call(run.token, call)
  const everyCall = (): [Call, (call: Call) => Promise<Answer>][] => [
    ...valid().map((call) => [call, admin] as [Call, typeof admin]),
    ...reported().map((call) => [call, executor] as [Call, typeof admin]),
  ]
  /** With every valid call, its data changed. */
  async function eachData(change: (data: object) => object, wanted?: [number, string]): Promise<void> {
    for (const [call, send] of everyCall())
      expectRefused(await send({ ...call, data: change(call.data as object) }), wanted)
  }

  test('unknown fields', () => eachData((data) => ({ ...data, odd: 1 }), [400, 'INVALID']))
  test("fields that are the server's", async () => {
    const fields = ['created_by', 'node_id', 'last_seq', 'seq', 'path', 'work_dir', 'remote', 'password_hash']
    for (const field of fields) {
      const taken = ({ path, data }: Call) => path !== 'repos' && !Object.hasOwn(data as object, field)
      for (const [call, send] of everyCall().filter(([call]) => taken(call)))
        expectRefused(await send({ ...call, data: { ...(call.data as object), [field]: randomUUID() } }), [
          400,
          'INVALID',
        ])
    }
  })
  test('wrong types', async () => {
    for (const odd of [1, true, [], {}, [[]]])
      for (const [call, send] of everyCall()) {
        const data = call.data as Record<string, unknown>
        const texts = Object.keys(data).filter((key) => typeof data[key] === 'string' && key !== 'id')
        for (const key of texts.filter((key) => !(call.method === 'report' && key === 'plan')))
          expectRefused(await send({ ...call, data: { ...data, [key]: odd } }))
      }
  })
  test('bodies that are no object', async () => {
    for (const [call, send] of everyCall().filter(([{ method }]) => ['create', 'patch'].includes(method)))
      for (const data of [[], [call.data], 'text', 7, true]) expectRefused(await send({ ...call, data }))
  })
  test('empty bodies', async () => {
    for (const [call, send] of everyCall().filter(([{ method }]) => ['create', 'patch'].includes(method)))
      for (const data of [{}, null, undefined]) expectRefused(await send({ ...call, data }))
  })
  test('a patch that names nothing but its own session', async () => {
    const data = { session_id: run.session_id }
    expectRefused(await admin({ path: 'tasks', method: 'patch', id: rows.tasks, data }), [400, 'INVALID'])
    expectRefused(await executor({ path: 'messages', method: 'patch', id: rows.messages, data }), [
      400,
      'INVALID',
    ])
  })

  test('ids of nothing', async () => {
    for (const call of valid().filter(({ id }) => id))
      for (const method of ['get', 'patch', ...(call.path === 'permission-requests' ? [] : ['remove'])])
        expectRefused(
          await admin({
            ...call,
            method,
            id: randomUUID(),
            data: method === 'patch' ? call.data : undefined,
          }),
          [404, 'NOT_FOUND'],
        )
    for (const data of [
      { worktree_id: rows.worktrees, user_id: randomUUID(), level: 'view' },
      { repo_id: rows.repos, team_id: randomUUID(), level: 'view' },
    ])
      expectRefused(await admin({ path: 'grants', method: 'create', data }), [400, 'UNKNOWN_REFERENCE'])
    const elsewhere = { runtime_id: randomUUID() }
    expectRefused(await admin({ path: 'sessions', method: 'patch', id: rows.sessions, data: elsewhere }), [
      400,
      'WRONG_RUNTIME',
    ])
  })
  test('ids in the data that are not one id', async () => {
    for (const id of [
      null,
      [],
      {},
      1,
      '',
      `urn:uuid:${rows.sessions}`,
      rows.sessions!.toUpperCase(),
      '%',
      "' or 1=1",
    ]) {
      for (const data of [{ session_id: id, prompt: 'p' }])
        expectRefused(await admin({ path: 'tasks', method: 'create', data }), [400, 'INVALID'])
      expectRefused(
        await admin({ path: 'sessions', method: 'create', data: { worktree_id: id, harness: 'shell' } }),
        [400, 'INVALID'],
      )
      if (name === 'socket.io')
        for (const method of ['info', 'prompt', 'stop', 'diff'])
          expectRefused(await admin({ path: 'sessions', method, data: { id, prompt: 'p' } }), [
            400,
            'INVALID_ID',
          ])
    }
  })

  describe('queries', () => {
    const lists = [
      'users',
      'repos',
      'worktrees',
      'grants',
      'sessions',
      'tasks',
      'messages',
      'permission-requests',
    ]
    test.each<[string, object]>([
      ['an alias', { $select: ['password_hash as email'] }],
      ['a column outside of the schema', { $select: ['password_hash'] }],
      ['a text for a list', { $select: 'id' }],
      ['an operator that there is not', { id: { $like: '%' } }],
      ['another', { id: { $regex: '.' } }],
      ['$and', { $and: [{ id: randomUUID() }] }],
      ['$or in $or', { $or: [{ $or: [{ id: randomUUID() }] }] }],
      ['$and in $or', { $or: [{ $and: [{ $or: [], hidden: { $like: 's%' } }] }] }],
      ['an empty $or', { $or: [{}] }],
      ['an operator in an operator', { id: { $ne: { $ne: randomUUID() } } }],
      ['an unknown filter', { nonce: 'x' }],
      ['a hidden filter', { password_hash: 'x' }],
      ['SQL for a field', { "id' or '1'='1": 'x' }],
      ['SQL for an operator', { id: { '= id or id': 'x' } }],
      ['SQL for an order', { $sort: { 'id; drop table users': 1 } }],
      ['an order of another kind', { $sort: { id: 'asc; drop table users' } }],
      ['an order of 2', { $sort: { id: 2 } }],
      ['a hidden order', { $sort: { password_hash: 1 } }],
      ['SQL for a value', { id: "' or '1'='1" }],
      ['SQL for a limit', { $limit: '1; drop table users' }],
      ['a limit below nothing', { $limit: -1 }],
      ['half a row', { $limit: 1.5 }],
      ['a skip below nothing', { $skip: -1 }],
      ['a skip beyond everything', { $skip: 1e300 }],
      ['a skip beyond a billion', { $skip: 1_000_000_001 }],
      ['10,000 of $in', { id: { $in: Array.from({ length: 10_000 }, () => randomUUID()) } }],
      ['10,000 of $or', { $or: Array.from({ length: 10_000 }, () => ({ id: randomUUID() })) }],
      ['a NUL', { id: 'a\0b' }],
      ['a NUL in a key', { 'a\0b': 'x' }],
      ['what every object has', { toString: 'x' }],
      ['constructor', { constructor: { name: 'x' } }],
      ['constructor, deeper', { id: { constructor: 'x' } }],
      ['__proto__', JSON.parse('{"__proto__": {"id": "x"}}')],
      ['__proto__ that is null', JSON.parse('{"__proto__": null}')],
      ['__proto__, deeper', JSON.parse('{"id": {"__proto__": {"$ne": null}}}')],
      ['__proto__, in a list', JSON.parse('{"$or": [{"__proto__": {"id": "x"}}]}')],
    ])('%s', async (_, query) => {
      for (const path of lists) expectRefused(await admin({ path, method: 'find', query }), [400, 'INVALID'])
    })

    test('numbers and times that no row can have', async () => {
      for (const [path, query] of [
        ['tasks', { attempt: 99_999_999_999 }],
        ['tasks', { attempt: { $gt: 1e30 } }],
        ['messages', { seq: { $gt: 1e30 } }],
        ['messages', { session_id: rows.sessions, seq: { $gt: 1e30 } }],
        ['tasks', { created_at: '0000-01-01T00:00:00Z' }],
        ['tasks', { created_at: { $lt: '2030-01-01T00:00:00+23:59' } }],
        ['session-events', { session_id: rows.sessions, after: 1e30 }],
        ['session-events', { session_id: rows.sessions, after: -1 }],
      ] as const)
        expectRefused(await admin({ path, method: 'find', query }))
      for (const position of [1e300, -1e300])
        expectRefused(await admin({ path: 'tasks', method: 'patch', id: rows.tasks, data: { position } }))
      for (const data of [
        { id: rows.messages, block: 1e300, offset: 0.5, text: '' },
        { id: rows.messages, block: -1, offset: 0, text: '' },
      ])
        expectRefused(await executor({ path: 'messages', method: 'chunk', data }), [400, 'INVALID'])
      const { id, boot_id, token } = run.runtime
      for (const attempt of [1e300, 3_000_000_000, 0, -1, 1.5]) {
        const lost = { attempt, status: 'failed' }
        expectRefused(
          await transport.call(token, { path: 'tasks', method: 'patch', id: rows.tasks, data: lost }),
        )
        const beat = { id, boot_id, runs: [{ task_id: rows.tasks, attempt }], slots: 1e300 }
        expectRefused(await transport.call(token, { path: 'runtimes', method: 'claim', data: beat }), [
          400,
          'INVALID',
        ])
      }
    })

    test('on calls that name their row', async () => {
      for (const call of valid().filter(({ id }) => id))
        for (const query of [{ odd: 1 }, { $select: ['id'] }, { $limit: 1 }, { id: randomUUID() }])
          for (const method of ['get', 'patch'])
            expectRefused(
              await admin({ ...call, method, query, data: method === 'patch' ? call.data : undefined }),
              [400, 'INVALID'],
            )
    })
    test('names that only look like a danger are names', async () => {
      const found = async (query: object) => (await admin({ path: 'repos', method: 'find', query })).status
      for (const text of ['constructor', '__proto__', "Robert'); drop table users;--", '%', '\\', '$1', '?'])
        expect(await found({ name: text })).toBe(200)
    })
  })

  test('__proto__ in the data, at any depth', async () => {
    const planted = JSON.parse('{"__proto__": {"role": "admin"}}')
    await eachData(
      (data) => Object.defineProperty({ ...data }, '__proto__', { value: {}, enumerable: true }),
      [400, 'INVALID'],
    )
    for (const content of [
      [planted],
      [{ type: 'text', deep: planted }],
      [{ type: 'x', deep: [[{ er: [planted] }]] }],
    ])
      expectRefused(
        await executor({ path: 'messages', method: 'patch', id: rows.messages, data: { content } }),
        [400, 'INVALID'],
      )
    expect(({} as { role?: string }).role).toBeUndefined()
  })
  test('constructor and prototype where fields are named', () =>
    eachData((data) => ({ ...data, constructor: { prototype: { role: 'admin' } } }), [400, 'INVALID']))

  test.each([
    ['NUL', (text: string) => `${text}\0`],
    ['half a character', (text: string) => `${text}\ud800`],
    ['the other half', (text: string) => `\udc00${text}`],
  ])('%s in any text', async (_, bend) => {
    for (const [call, send] of everyCall())
      for (const data of bent(call.data, bend)) expectRefused(await send({ ...call, data: data as object }))
  })
  test('NUL in a key', () =>
    executor({ path: 'sessions', method: 'report', data: { id: run.session_id, usage: { 'a\0': 1 } } }).then(
      (answer) => expectRefused(answer, [400, 'INVALID']),
    ))
  test('absurd nesting', async () => {
    let nested: object = {}
    for (let depth = 0; depth < 3000; depth++) nested = depth % 2 ? [nested] : { nested }
    const content = [{ type: 'x', nested }]
    expectRefused(
      await executor({ path: 'messages', method: 'patch', id: rows.messages, data: { content } }),
      [400, 'INVALID'],
    )
    expectRefused(
      await executor({ path: 'sessions', method: 'report', data: { id: run.session_id, plan: nested } }),
      [400, 'INVALID'],
    )
  })
  test('texts that are too long, and passwords too short', async () => {
    const long = 'x'.repeat(600_000)
    for (const [call, send] of everyCall()) {
      if (call.path === 'messages' && call.method !== 'chunk') continue
      const { id, ...data } = call.data as Record<string, unknown>
      const free = ['plan', 'commands', 'offered', 'usage', 'tool_call', 'git_state']
      for (const key of Object.keys(data).filter(
        (key) => typeof data[key] === 'string' && !free.includes(key),
      ))
        expectRefused(await send({ ...call, data: { ...(id ? { id } : {}), ...data, [key]: long } }))
    }
    for (const password of ['', 'short'])
      expectRefused(await admin({ path: 'users', method: 'patch', id: rows.users, data: { password } }))
  })

  test('worktree names, branches and repos that lead elsewhere', async () => {
    const create = (data: object) =>
      admin({ path: 'worktrees', method: 'create', data: { repo_id: rows.repos, name: 'w', ...data } })
    for (const worktree of [
      '../x',
      '..',
      '.',
      '/etc',
      'a/b',
      '-x',
      '--force',
      'a b',
      ' ',
      '',
      'ä',
      '.git',
      'x'.repeat(64),
    ])
      expectRefused(await create({ name: worktree }))
    for (const branch of [
      '-d',
      '--force',
      '../x',
      'a..b',
      'a~1',
      '@{-1}',
      'HEAD',
      '',
      'x y',
      'refs/heads/x.lock',
    ])
      expectRefused(await create({ branch }))
    for (const base of ['-d', '--force', 'nowhere', 'main:x', '', '$(id)'])
      expectRefused(await create({ branch: 'new', base }))
    for (const url of [
      'ext::sh -c id',
      'file:///etc',
      '/etc',
      '-u',
      'git://x/y',
      'http://127.0.0.1/x',
      'https://',
      'ssh://-oProxyCommand=id/x',
    ])
      expectRefused(await admin({ path: 'repos', method: 'create', data: { name: 'r', url } }))
    for (const path of ['relative', '/nowhere', '/etc/passwd', '--help', '', '/tmp/../nowhere'])
      expectRefused(await admin({ path: 'repos', method: 'create', data: { name: 'r', path } }))
    for (const data of [{ name: 'r' }, { name: 'r', path: '/x', url: 'https://x' }])
      expectRefused(await admin({ path: 'repos', method: 'create', data }), [400, 'INVALID'])
  })

  describe('tokens', () => {
    const claims = { audience: 'yardmaster', expiresIn: '1h' } as const
    const ours = (payload: object, more = {}): string =>
      sign(payload, yard.daemon.yard.tokens.secret, { ...claims, subject: yard.admin.user.id, ...more })
    const user = { kind: 'user', epoch: 1 }
    const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
    const tokens: [string, () => string][] = [
      ['garbage', () => 'garbage'],
      ['three parts of garbage', () => 'a.b.c'],
      [
        'no algorithm',
        () =>
          `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...user, sub: yard.admin.user.id, aud: 'yardmaster' })}.`,
      ],
      ['another secret', () => sign(user, 'x'.repeat(64), { ...claims, subject: yard.admin.user.id })],
      ['another algorithm', () => ours(user, { algorithm: 'HS512' })],
      ['another audience', () => ours(user, { audience: 'elsewhere' })],
      ['out of date', () => ours(user, { expiresIn: -1 })],
      ['an unknown kind', () => ours({ kind: 'god' })],
      ['the system', () => ours({ kind: 'system', name: 'x' })],
      ['no kind', () => ours({ epoch: 1 })],
      ['another epoch', () => ours({ kind: 'user', epoch: 99 })],
      ['an epoch that is an object', () => ours({ kind: 'user', epoch: { $ne: 0 } })],
      ['an epoch that is a text', () => ours({ kind: 'user', epoch: '1' })],
      ['no epoch', () => ours({ kind: 'user' })],
      ['nobody', () => ours(user, { subject: randomUUID() })],
      ['a subject that is no id', () => ours(user, { subject: "' or 1=1" })],
      [
        'an executor of nothing',
        () => ours({ kind: 'executor', session_id: randomUUID(), attempt: 1, nonce: randomUUID() }),
      ],
      [
        'an executor with odd claims',
        () => ours({ kind: 'executor', session_id: {}, attempt: 'x', nonce: [] }),
      ],
      ['a runtime that is no id', () => ours({ kind: 'runtime' }, { subject: 'x' })],
      ['a runtime that nobody knows', () => ours({ kind: 'runtime' })],
    ]
    test.each(tokens)('%s', async (_, make) => {
      const token = make()
      for (const path of ['tasks', 'users'])
        expectRefused(await transport.call(token, { path, method: 'find' }), [401, 'NOT_AUTHENTICATED'])
      const shown = { strategy: 'jwt', accessToken: token }
      expectRefused(await transport.call(null, { path: 'authentication', method: 'create', data: shown }), [
        401,
        'NOT_AUTHENTICATED',
      ])
    })
    test('a machine does not sign in as a person', async () => {
      for (const accessToken of [run.token, run.runtime.token])
        expectRefused(
          await transport.call(null, {
            path: 'authentication',
            method: 'create',
            data: { strategy: 'jwt', accessToken },
          }),
          [401, 'NOT_AUTHENTICATED'],
        )
    })
    test('signing out without having signed in', async () => {
      for (const id of [null, 'x', randomUUID()])
        expectRefused(await transport.call(null, { path: 'authentication', method: 'remove', id }))
    })
    test('strategies that there are not', async () => {
      for (const data of [
        { strategy: 'anonymous' },
        { strategy: ['local'] },
        { strategy: '__proto__' },
        {},
        { action: 'x' },
      ])
        expectRefused(await transport.call(null, { path: 'authentication', method: 'create', data }), [
          400,
          'INVALID',
        ])
    })
  })
})

describe('over REST alone', () => {
  const send = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    readAnswer(
      await fetch(`${yard.url}${path}`, {
        ...init,
        headers: {
          authorization: `Bearer ${yard.admin.token}`,
          'content-type': 'application/json',
          ...init.headers,
        },
      }),
    )
  const post = (body: NonNullable<RequestInit['body']>, headers = {}, path = '/users') =>
    send(path, { method: 'POST', body, headers })

  test('a body over 1 MiB', async () => {
    const big = JSON.stringify({ email: 'a@b', name: 'x'.repeat(1_100_000), password: 'long enough' })
    for (const [method, path] of [
      ['POST', '/users'],
      ['PATCH', `/users/${rows.users}`],
      ['DELETE', `/users/${rows.users}`],
      ['PUT', `/users/${rows.users}`],
      ['POST', `/sessions/${rows.sessions}/prompt`],
      ['POST', '/authentication'],
    ] as const)
      expectRefused(await send(path, { method, body: big }), [413, 'BODY_TOO_LARGE'])
    expectRefused(await post(gzipSync(big), { 'content-encoding': 'gzip' }), [413, 'BODY_TOO_LARGE'])
  })
  test('broken JSON', async () => {
    for (const body of [
      '{',
      '{"a":}',
      'x',
      '"text"',
      '7',
      'null',
      'true',
      '{"a":1}}',
      "{'a':1}",
      '\0',
      '{"a":"\\u12"}',
    ])
      for (const [method, path] of [
        ['POST', '/users'],
        ['PATCH', `/users/${rows.users}`],
        ['DELETE', `/users/${rows.users}`],
        ['POST', `/sessions/${rows.sessions}/prompt`],
      ] as const)
        expectRefused(await send(path, { method, body }), [400, 'INVALID_JSON'])
    expectRefused(await post('['.repeat(400_000)))
    expectRefused(await post(`${'{"a":'.repeat(150_000)}1${'}'.repeat(150_000)}`))
  })
  test('bodies of another kind', async () => {
    const json = JSON.stringify({ email: 'a@b', name: 'A', password: 'long enough' })
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded', 'nonsense', ''])
      expectRefused(await post(json, { 'content-type': type }))
    const form = new FormData()
    form.set('name', 'A')
    expectRefused(
      await readAnswer(
        await fetch(`${yard.url}/users`, {
          method: 'POST',
          body: form,
          headers: { authorization: `Bearer ${yard.admin.token}` },
        }),
      ),
    )
    expectRefused(await post(json, { 'content-type': 'application/json; charset=nonsense' }))
    expectRefused(await post(json, { 'content-encoding': 'gzip' }))
    expectRefused(await post(json, { 'content-encoding': 'nonsense' }))
    expectRefused(await post(gzipSync('{'), { 'content-encoding': 'gzip' }))
  })
  test('what a DELETE says is read', async () => {
    const remove = (body: object, query = '') =>
      send(`/messages/${rows.messages}${query}`, { method: 'DELETE', body: JSON.stringify(body) })
    expectRefused(await remove({ odd: 1 }), [400, 'INVALID'])
    expectRefused(await remove([]), [400, 'INVALID'])
    expectRefused(await remove({ session_id: randomUUID() }), [400, 'IMMUTABLE'])
    expectRefused(await remove({ session_id: rows.sessions }, `?session_id=${randomUUID()}`), [
      400,
      'INVALID',
    ])
  })
  test('methods named in a header', async () => {
    const override = (method: string, path = '/tasks', body = '{}') =>
      post(body, { 'x-service-method': method }, path)
    for (const method of ['find', 'get', 'create', 'patch', 'remove', 'update'])
      expectRefused(await override(method), [405, 'METHOD_NOT_ALLOWED'])
    for (const method of ['toString', 'constructor', '__proto__', 'setup', 'hooks', 'prompt', 'emit', ' '])
      expectRefused(await override(method, '/tasks'))
    for (const body of ['{}', '{"id":null,"prompt":"p"}', '{"id":["x"]}'])
      expectRefused(await override('prompt', '/sessions', body), [400, 'INVALID_ID'])
  })
  test('custom methods by another verb, and with their id or a query beside', async () => {
    const path = `/sessions/${rows.sessions}`
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
      expectRefused(await send(`${path}/prompt`, { method }), [405, 'METHOD_NOT_ALLOWED'])
    expectRefused(await send(`${path}/info`, { method: 'POST', body: '{}' }), [405, 'METHOD_NOT_ALLOWED'])
    const prompt = (body: object, query = '') =>
      post(JSON.stringify({ prompt: 'p', ...body }), {}, `${path}/prompt${query}`)
    expectRefused(await prompt({ id: rows.sessions }), [400, 'INVALID'])
    expectRefused(await prompt({ id: randomUUID() }), [400, 'INVALID'])
    expectRefused(await prompt({}, `?session_id=${rows.sessions}`), [400, 'INVALID'])
    expectRefused(await send(`${path}/info?odd=1`), [400, 'INVALID'])
    expectRefused(await send(`${path}/info?id=${randomUUID()}`), [400, 'INVALID'])
    expectRefused(await post('[]', {}, `${path}/prompt`), [400, 'INVALID'])
  })
  test('paths that lead nowhere', async () => {
    for (const path of [
      '/nothing',
      '/__proto__',
      '/constructor',
      '/constructor/x/assign',
      '/__proto__/x/toString',
      `/sessions/${rows.sessions}/constructor`,
      `/sessions/${rows.sessions}/__proto__`,
      `/sessions/${rows.sessions}/prompt/more`,
      '/tasks/a/b',
      '/Tasks',
      '/../etc/passwd',
      '/%2e%2e/etc',
      '/app/../../etc',
    ])
      expectRefused(await send(path), [404, 'NO_SUCH_ROUTE'])
  })
  test('percent signs that mean nothing', async () => {
    for (const id of ['%', '%E0%A4%A', '%zz', '%00', '%2F', '%FF'])
      for (const path of [
        `/tasks/${id}`,
        `/sessions/${id}/info`,
        `/${id}`,
        `/tasks?id=${id}`,
        `/tasks?${id}=1`,
      ])
        expectRefused(await send(path))
  })
  test('queries that are hard to read', async () => {
    for (const query of [
      'id[',
      '[id]=x',
      'id[[x]]=1',
      '$or[0][id]=x',
      '$or=x',
      'id[]=',
      '$limit[]=1',
      '__proto__[x]=1',
      '%5f_proto__[x]=1',
      'a[b][c][d][e][f][g][h]=1',
      'id%5B__proto__%5D=1',
      '$sort=id',
      '$in[]=1',
      '=',
      '&a',
    ])
      expectRefused(await send(`/tasks?${query}`))
    expectRefused(
      await send(
        `/tasks?${Array.from({ length: 1000 }, (_, n) => `$or[${n}][id]=${randomUUID()}`)
          .join('&')
          .slice(0, 14_000)}`,
      ),
    )
  })
  test('verbs that there are not', async () => {
    for (const method of ['OPTIONS', 'PROPFIND', 'LOCK', 'PUT'])
      for (const path of ['/tasks', `/tasks/${rows.tasks}`]) expectRefused(await send(path, { method }))
    const head = await fetch(`${yard.url}/tasks`, { method: 'HEAD' })
    expect([head.status, await head.text()]).toEqual([401, ''])
  })
  test('schemes that are not ours', async () => {
    for (const authorization of [
      '',
      'Basic YTpi',
      `Basic ${yard.admin.token}`,
      'Bearer',
      'Bearer ',
      `Bearer ${yard.admin.token} x`,
    ])
      expectRefused(await send('/tasks', { headers: { authorization } }), [401, 'NOT_AUTHENTICATED'])
  })
})

describe('over socket.io alone', () => {
  let socket: Socket
  const connect = async (): Promise<Socket> => {
    const opened = io(yard.url, {
      transports: ['websocket'],
      forceNew: true,
      auth: { token: yard.admin.token },
    })
    await new Promise((resolve) => opened.once('connect', () => resolve(null)))
    return opened
  }
  beforeAll(async () => {
    socket = await connect()
  })
  afterAll(() => socket.close())
  const send = async (...packet: unknown[]): Promise<Answer> => {
    const [error, body] = await emit(socket, ...packet)
    return error ? { status: error.code, body: error } : { status: 200, body }
  }

  test('paths that are none', async () => {
    for (const path of [undefined, null, 1, {}, [], ['tasks']])
      expectRefused(await send('find', path), [400, 'INVALID'])
    for (const path of [
      '__proto__',
      'constructor',
      'toString',
      '',
      'Tasks',
      '/tasks',
      'tasks/x',
      `tasks/${rows.tasks}`,
    ])
      expectRefused(await send('find', path), [404, 'NO_SUCH_ROUTE'])
    expectRefused(await send('find'), [400, 'INVALID'])
  })
  test('methods that are none', async () => {
    for (const method of [
      'toString',
      '__proto__',
      'constructor',
      'setup',
      'teardown',
      'hooks',
      'on',
      'publish',
      'update',
      'prompt',
      'x',
    ])
      expectRefused(await send(method, 'tasks', {}), [405, 'METHOD_NOT_ALLOWED'])
  })
  test('arguments of another number or kind', async () => {
    expectRefused(await send('find', 'tasks', {}, {}), [400, 'INVALID'])
    expectRefused(await send('get', 'tasks', rows.tasks, {}, {}), [400, 'INVALID'])
    expectRefused(await send('patch', 'tasks', rows.tasks, { prompt: 'x' }, {}, {}), [400, 'INVALID'])
    expectRefused(await send('get', 'tasks'), [400, 'INVALID_ID'])
    expectRefused(await send('patch', 'tasks'), [400, 'INVALID_ID'])
    expectRefused(await send('find', 'tasks', 'text'), [400, 'INVALID'])
    expectRefused(await send('find', 'tasks', ['x']), [400, 'INVALID'])
    expectRefused(await send('create', 'users'), [400, 'INVALID'])
    expectRefused(await send('create', 'users', Buffer.from('x')), [400, 'INVALID'])
    expectRefused(await send('patch', 'tasks', Buffer.from('x'), { prompt: 'x' }), [400, 'INVALID_ID'])
    expectRefused(await send('patch', 'tasks', rows.tasks, { prompt: Buffer.from('x') }), [400, 'INVALID'])
  })
  test('nobody waits for the answer', async () => {
    const packets = [
      ['find'],
      ['find', 'tasks'],
      ['find', '__proto__'],
      ['patch', 'tasks', rows.tasks],
      ['toString', 'tasks'],
      ['create', 'users', { odd: 1 }],
      ['find', 'tasks', { $limit: -1 }, {}],
    ]
    for (const [event, ...args] of packets) socket.emit(event as string, ...args)
    expect((await send('find', 'tasks', {})).status).toBe(200)
  })
  test('frames that are no packet, and one that is too large', async () => {
    const frames = [
      '42["find"',
      '42["disconnect"]',
      '42{}',
      '42[]',
      '4',
      '49',
      '42[1]',
      '451-["find",{"_placeholder":true,"num":7}]',
      `42["create","users",{"name":"${'x'.repeat(2_000_000)}"}]`,
    ]
    for (const frame of frames) {
      const victim = await connect()
      const closed = new Promise((resolve) => victim.io.engine.once('close', resolve))
      // The first digit is written by the engine.
      victim.io.engine.write(frame.slice(1))
      victim.io.engine.write('0["find","nothing"]')
      if (!['42[]', '42[1]'].includes(frame)) await closed
      victim.io.reconnection(false)
      victim.close()
      expect((await send('find', 'tasks', {})).status).toBe(200)
    }
  })
  test('a handshake with a token that is no text', async () => {
    for (const token of [1, {}, [], true, ['a'], { toString: 'x' }]) {
      const refused = io(yard.url, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        auth: { token },
      })
      const error = await new Promise<{ data: Answer['body'] }>((resolve, reject) => {
        refused.once('connect_error', (why) => resolve(why as unknown as { data: Answer['body'] }))
        refused.once('connect', () => reject(new Error('let in')))
      })
      refused.close()
      expectRefused({ status: error.data.code, body: error.data }, [401, 'NOT_AUTHENTICATED'])
    }
  })
})
