import { randomUUID } from 'node:crypto'
import { type Answer, type Call, openTransport, type Transport, transports } from './helpers/calls'
import { expectRefused } from './helpers/refusal'
import { useSite } from './helpers/site'
import { bent, reportedCalls, validCalls } from './helpers/valid-calls'

const site = useSite()

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, site.yard.url)
  })
  afterAll(() => transport.close())

  const admin = (call: Call) => transport.call(site.yard.admin.token, call)
  const executor = (call: Call) => transport.call(site.run.token, call)
  const everyCall = (): [Call, (call: Call) => Promise<Answer>][] => [
    ...validCalls(site).map((call) => [call, admin] as [Call, typeof admin]),
    ...reportedCalls(site).map((call) => [call, executor] as [Call, typeof admin]),
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
    const data = { session_id: site.run.session_id }
    expectRefused(await admin({ path: 'tasks', method: 'patch', id: site.rows.tasks, data }), [
      400,
      'INVALID',
    ])
    expectRefused(await executor({ path: 'messages', method: 'patch', id: site.rows.messages, data }), [
      400,
      'INVALID',
    ])
  })

  test('ids of nothing', async () => {
    for (const call of validCalls(site).filter(({ id }) => id))
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
      { worktree_id: site.rows.worktrees, user_id: randomUUID(), level: 'view' },
      { repo_id: site.rows.repos, team_id: randomUUID(), level: 'view' },
    ])
      expectRefused(await admin({ path: 'grants', method: 'create', data }), [400, 'UNKNOWN_REFERENCE'])
    const elsewhere = { runtime_id: randomUUID() }
    expectRefused(
      await admin({ path: 'sessions', method: 'patch', id: site.rows.sessions, data: elsewhere }),
      [400, 'WRONG_RUNTIME'],
    )
  })
  test('ids in the data that are not one id', async () => {
    for (const id of [
      null,
      [],
      {},
      1,
      '',
      `urn:uuid:${site.rows.sessions}`,
      site.rows.sessions!.toUpperCase(),
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

  test('__proto__ in the data, at any depth', async () => {
    const code = name === 'REST' ? 'INVALID_JSON' : 'INVALID'
    const planted = JSON.parse('{"__proto__": {"role": "admin"}}')
    // The body parser refuses it at the top before anybody else can.
    await eachData(
      (data) => Object.defineProperty({ ...data }, '__proto__', { value: {}, enumerable: true }),
      [400, code],
    )
    for (const content of [
      [planted],
      [{ type: 'text', deep: planted }],
      [{ type: 'x', deep: [[{ er: [planted] }]] }],
    ])
      expectRefused(
        await executor({ path: 'messages', method: 'patch', id: site.rows.messages, data: { content } }),
        [400, code],
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
    executor({
      path: 'sessions',
      method: 'report',
      data: { id: site.run.session_id, usage: { 'a\0': 1 } },
    }).then((answer) => expectRefused(answer, [400, 'INVALID'])))
  test('absurd nesting', async () => {
    let nested: object = {}
    for (let depth = 0; depth < 3000; depth++) nested = depth % 2 ? [nested] : { nested }
    const content = [{ type: 'x', nested }]
    expectRefused(
      await executor({ path: 'messages', method: 'patch', id: site.rows.messages, data: { content } }),
      [400, 'INVALID'],
    )
    expectRefused(
      await executor({ path: 'sessions', method: 'report', data: { id: site.run.session_id, plan: nested } }),
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
      expectRefused(await admin({ path: 'users', method: 'patch', id: site.rows.users, data: { password } }))
  })

  test('worktree names, branches and repos that lead elsewhere', async () => {
    const create = (data: object) =>
      admin({ path: 'worktrees', method: 'create', data: { repo_id: site.rows.repos, name: 'w', ...data } })
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
})
