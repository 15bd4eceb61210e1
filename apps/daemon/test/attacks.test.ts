import { randomUUID } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { type Call, emit, openTransport, type Transport, transports } from './helpers/calls'
import { stored } from './helpers/rows'
import { ask, gitState, say, startRun } from './helpers/runs'
import { Watch } from './helpers/watch'

// What context/rbac.md lists as attacks and no other test holds.

const patient = { dispatched: 3_600_000, started: 3_600_000, heartbeat_timeout: 3_600_000 }
let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({ limits: patient })
})
afterAll(() => yard.stop())

const db = () => yard.database.db

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  const codeOf = async (token: string, call: Call) => {
    const { status, body } = await transport.call(token, call)
    return status < 400 ? status : [status, body.data.code]
  }

  test('an executor does not reach the task behind its own in the same session', async () => {
    const { id: session_id } = await yard.session((await yard.worktree()).id)
    const run = await startRun(yard, session_id)
    const next = await yard.admin.rest.service('sessions').prompt({ id: session_id, prompt: 'the next' })
    const before = await stored(db(), 'tasks', next.id)
    for (const call of [
      { path: 'tasks', method: 'get', id: next.id },
      { path: 'tasks', method: 'patch', id: next.id, data: { status: 'completed', git_state: gitState } },
      { path: 'tasks', method: 'patch', id: next.id, data: { agent_session_id: 'planted' } },
      { path: 'tasks', method: 'remove', id: next.id },
      { path: 'sessions', method: 'prompt', data: { id: session_id, prompt: 'by itself' } },
      { path: 'sessions', method: 'stop', data: { id: session_id, task_id: next.id } },
    ])
      expect([call, await codeOf(run.token, call)]).toEqual([call, [403, 'FORBIDDEN']])
    const create = { session_id, client_id: 'x', type: 'text', role: 'agent', content: [], task_id: next.id }
    expect(await codeOf(run.token, { path: 'messages', method: 'create', data: create })).toEqual([
      400,
      'IMMUTABLE',
    ])
    expect(await stored(db(), 'tasks', next.id)).toEqual(before)
  })

  test('the token of an attempt that has ended opens its ending and nothing else', async () => {
    const { id: session_id } = await yard.session((await yard.worktree()).id)
    const run = await startRun(yard, session_id)
    const [message, request] = [await say(yard, run), await ask(yard, run)]
    const ending = { status: 'completed', git_state: gitState }
    const patch = (data: object): Call => ({ path: 'tasks', method: 'patch', id: run.task_id, data })
    expect(await codeOf(run.token, patch(ending))).toBe(200)
    const before = await stored(db(), 'sessions', session_id)
    const text = { client_id: 'late', type: 'text', role: 'agent', content: [] }
    const question = {
      client_id: 'late',
      tool_call: {},
      options: [{ option_id: 'y', name: 'Y', kind: 'allow_once' }],
    }
    for (const call of [
      { path: 'tasks', method: 'get', id: run.task_id },
      { path: 'tasks', method: 'find', query: { session_id } },
      { path: 'sessions', method: 'get', id: session_id },
      { path: 'sessions', method: 'report', data: { id: session_id, plan: [] } },
      { path: 'messages', method: 'find', query: { session_id } },
      { path: 'messages', method: 'create', data: { session_id, ...text } },
      { path: 'messages', method: 'patch', id: message, data: { content: [] } },
      { path: 'messages', method: 'chunk', data: { id: message, block: 0, offset: 0, text: 'x' } },
      { path: 'permission-requests', method: 'get', id: request },
      { path: 'permission-requests', method: 'create', data: { session_id, ...question } },
      patch({ model: 'another' }),
      patch({ status: 'running' }),
    ])
      expect([call, await codeOf(run.token, call)]).toEqual([call, [409, 'FENCED']])
    expect(await stored(db(), 'sessions', session_id)).toEqual(before)
    expect(await codeOf(run.token, patch(ending))).toBe(200)
    expect(await codeOf(run.token, patch({ status: 'failed' }))).toEqual([409, 'TASK_TERMINAL'])
  })

  test('several rows at once are none', async () => {
    const { id: session_id } = await yard.session((await yard.worktree()).id)
    const many: Call[] = [
      {
        path: 'tasks',
        method: 'create',
        data: [
          { session_id, prompt: 'x' },
          { session_id, prompt: 'y' },
        ],
      },
      { path: 'sessions', method: 'patch', id: null, data: { title: 'x' } },
      { path: 'sessions', method: 'patch', id: null, data: { title: 'x' }, query: { id: { $ne: null } } },
      { path: 'sessions', method: 'remove', id: null, query: { id: session_id } },
    ]
    const before = await stored(db(), 'sessions', session_id)
    for (const call of many) expect((await transport.call(yard.admin.token, call)).status).toBe(400)
    expect(await stored(db(), 'sessions', session_id)).toEqual(before)
  })

  test('nobody gives themselves a role, a level or a name that is not theirs', async () => {
    const [member, other] = [await yard.person(), await yard.person()]
    const worktree = await yard.worktree({ grants: [[member, 'all']] })
    const me = { path: 'users', method: 'patch', id: member.user.id }
    for (const data of [
      { role: 'admin' },
      { disabled: false },
      { email: 'x@example.com' },
      { name: 'x', role: 'admin' },
    ])
      expect(await codeOf(member.token, { ...me, data })).toEqual([403, 'FORBIDDEN'])
    const grant = { worktree_id: worktree.id, user_id: member.user.id, level: 'owner' }
    expect(await codeOf(member.token, { path: 'grants', method: 'create', data: grant })).toEqual([
      403,
      'FORBIDDEN',
    ])
    const session = { worktree_id: worktree.id, harness: 'shell', created_by: other.user.id }
    expect(await codeOf(member.token, { path: 'sessions', method: 'create', data: session })).toEqual([
      400,
      'INVALID',
    ])
    expect(await stored(db(), 'users', member.user.id)).toMatchObject({
      role: 'member',
      name: member.user.name,
    })
  })
})

test('what lies in the home is for its user alone', async () => {
  const { id: session_id } = await yard.session((await yard.worktree()).id)
  const watch = await Watch.open(yard, session_id)
  const { id } = await yard.admin.rest.service('sessions').prompt({ id: session_id, prompt: 'a prompt' })
  await watch.ended(id)
  const open: string[] = []
  const seen: string[] = []
  // Below these lie files of people, as git makes them; nobody gets there but through the home.
  const theirs = ['worktrees', 'repos']
  const walk = async (path: string): Promise<void> => {
    const at = await lstat(join(yard.home, path))
    if (at.isSymbolicLink() || at.isSocket()) return
    seen.push(path)
    if (!theirs.includes(path) && (at.mode & 0o077) !== 0)
      open.push(`${path} is ${(at.mode & 0o777).toString(8)}`)
    if (at.isDirectory() && !theirs.includes(path))
      for (const name of await readdir(join(yard.home, path))) await walk(join(path, name))
  }
  await walk('.')
  expect(open).toEqual([])
  expect(seen).toEqual(expect.arrayContaining(['.', 'signing.key', 'worktrees']))
})

describe('a socket', () => {
  const server = () => (yard.daemon.app as unknown as { io: import('socket.io').Server }).io
  const opened: Socket[] = []
  const open = async (auth: object): Promise<Socket> => {
    const socket = io(yard.url, { transports: ['websocket'], forceNew: true, reconnection: false, auth })
    opened.push(socket)
    await new Promise((resolve) => socket.once('connect', () => resolve(null)))
    return socket
  }
  afterEach(() => {
    for (const socket of opened.splice(0)) socket.close()
  })
  const call = async (socket: Socket, ...packet: unknown[]) => {
    const [error, body] = await emit(socket, ...packet)
    return error ? [error.code, error.data?.code] : body
  }

  test('is never recovered: whoever comes back with the ids of another connection is nobody', async () => {
    const first = await open({ token: yard.admin.token })
    await call(first, 'create', 'subscriptions', {
      session_id: (await yard.session((await yard.worktree()).id)).id,
    })
    const { id, _pid } = first as unknown as { id: string; _pid?: string }
    // The server gives out no id that a connection could be recovered by.
    expect(_pid).toBeUndefined()
    first.io.engine.close()
    const again = await open({ pid: _pid ?? id, offset: '0' })
    expect(again.recovered ?? false).toBe(false)
    expect([...server().sockets.sockets.get(again.id!)!.rooms]).toEqual([again.id])
    expect(await call(again, 'find', 'sessions', {})).toEqual([401, 'NOT_AUTHENTICATED'])
  })

  test('that slipped past its handshake is cut, and nothing it says is heard', async () => {
    // As a recovered one would come: without what the handshake puts on it.
    const slip = (socket: { feathers?: object }, next: () => void) => {
      delete socket.feathers
      next()
    }
    server().use(slip as never)
    const middleware = (server().of('/') as unknown as { _fns: unknown[] })._fns
    try {
      const socket = io(yard.url, {
        transports: ['websocket'],
        forceNew: true,
        reconnection: false,
        auth: { token: yard.admin.token },
      })
      opened.push(socket)
      const gone = new Promise((resolve) => socket.once('disconnect', resolve))
      const answers: unknown[] = []
      socket.emit('find', 'sessions', {}, (...answer: unknown[]) => answers.push(answer))
      expect(await gone).toBe('io server disconnect')
      expect(answers).toEqual([])
    } finally {
      middleware.splice(middleware.indexOf(slip), 1)
    }
  })

  test('in overlapping rooms hears each event once, all the same, and nothing of rooms it is not in', async () => {
    const member: Person = await yard.person()
    const mine = await yard.worktree({ grants: [[member, 'view']] })
    const theirs = await yard.worktree()
    const [seen, hidden] = [await yard.session(mine.id), await yard.session(theirs.id)]
    const heard: Record<string, unknown[][]> = { member: [], admin: [] }
    const listen = async (who: keyof typeof heard, token: string, rooms: object[]) => {
      const socket = await open({ token })
      socket.onAny((event: string, ...said: unknown[]) => {
        if (event.startsWith('sessions ')) heard[who]?.push([event, ...said])
      })
      for (const room of rooms) await call(socket, 'create', 'subscriptions', room)
      return socket
    }
    const socket = await listen('member', member.token, [{ session_id: seen.id }, { worktree_id: mine.id }])
    const places = [
      { worktree_id: mine.id },
      { worktree_id: theirs.id },
      { session_id: seen.id },
      { session_id: hidden.id },
    ]
    const admins = await listen('admin', yard.admin.token, places)
    expect(await call(socket, 'create', 'subscriptions', { session_id: hidden.id })).toEqual([
      404,
      'NOT_FOUND',
    ])
    await yard.admin.rest.service('sessions').patch(hidden.id, { title: 'hidden' })
    await yard.admin.rest.service('sessions').patch(seen.id, { title: 'seen' })
    // What was told before it has come before its answer; some may have waited for a look at access.
    await yard.daemon.yard.access.look()
    for (const one of [socket, admins]) await call(one, 'find', 'sessions', { $limit: 0 })
    const row = await yard.admin.rest.service('sessions').get(seen.id)
    expect(heard.member).toEqual([['sessions patched', row, { session_id: seen.id, seq: row.last_seq }]])
    expect(heard.admin).toHaveLength(2)
    expect(heard.admin?.[1]).toEqual(heard.member?.[0])
  })
})

test('a call from inside that names no part of the daemon is nobody', async () => {
  const service = yard.daemon.app.service('sessions') as unknown as {
    find(params: object): Promise<unknown>
    get(id: string, params: object): Promise<unknown>
  }
  for (const params of [
    {},
    { principal: { kind: 'user', user_id: yard.admin.user.id, epoch: 1 } },
    { user: yard.admin.user },
  ]) {
    await expect(service.find(params)).rejects.toMatchObject({ data: { code: 'NOT_AUTHENTICATED' } })
    await expect(service.get(randomUUID(), params)).rejects.toMatchObject({
      data: { code: 'NOT_AUTHENTICATED' },
    })
  }
})
