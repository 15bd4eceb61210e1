import { createHash } from 'node:crypto'
import { decode } from 'jsonwebtoken'
import { io, type Socket } from 'socket.io-client'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { rooms } from '../src/realtime/publish'
import { makeLinkToken } from '../src/sign-in/links'
import { socketOf } from '../src/sockets/sockets'
import { type Answer, emit, openTransport, type Transport, transports } from './helpers/calls'

const password = 'a password for tests'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const codeOf = ({ status, body }: Answer) => [status, body.data?.code]

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeEach(() => {
    transport = openTransport(name, yard.url)
  })
  afterEach(() => transport.close())

  const signIn = (data: object) => transport.call(null, { path: 'authentication', method: 'create', data })
  const byPassword = (email: string, given = password) =>
    signIn({ strategy: 'local', email, password: given })
  const byLink = (token: string) => signIn({ strategy: 'link', token })
  const link = (user_id: string) => makeLinkToken(yard.database.db, user_id)
  const change = (id: string, data: object) => yard.admin.rest.service('users').patch(id, data)
  const reads = (token: string) => transport.call(token, { path: 'users', method: 'find' })

  test('by password: a token and who one is, and nothing that is secret', async () => {
    const { user } = await yard.person()
    const answer = await byPassword(user.email)
    expect(answer).toEqual({ status: 201, body: { accessToken: expect.any(String), user } })
    const fields = [
      'created_at',
      'disabled_at',
      'email',
      'git_email',
      'git_name',
      'id',
      'name',
      'notify',
      'role',
    ]
    expect(Object.keys(user).sort()).toEqual(fields)
    expect(decode(answer.body.accessToken)).toMatchObject({ kind: 'user', sub: user.id, aud: 'yardmaster' })
    expect(await reads(answer.body.accessToken)).toMatchObject({ status: 200 })
    expect(await byPassword(user.email.toUpperCase())).toMatchObject({ status: 201 })
  })

  test('a wrong password, an unknown address, no password at all and a disabled user are told the same', async () => {
    const { user } = await yard.person()
    const disabled = (await yard.person()).user
    await change(disabled.id, { disabled: true })
    const linkOnly = (await yard.person()).user
    await yard.database.db.query({
      text: 'update users set password_hash = null where id = $1',
      values: [linkOnly.id],
    })
    const answers = [
      await byPassword(user.email, 'a wrong password'),
      await byPassword('nobody@example.com'),
      await byPassword(linkOnly.email),
      await byPassword(linkOnly.email, 'there is nobody by that name'),
      await byPassword(disabled.email),
    ]
    expect(codeOf(answers[0]!)).toEqual([401, 'SIGN_IN_FAILED'])
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })

  test('by link: once, whoever asks first', async () => {
    const { user } = await yard.person()
    const token = await link(user.id)
    const answers = await Promise.all([byLink(token), byLink(token), byLink(token)])
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 401, 401])
    const good = answers.find(({ status }) => status === 201)!
    expect(good.body).toEqual({ accessToken: expect.any(String), user })
    expect(codeOf(await byLink(token))).toEqual([401, 'LINK_INVALID'])
    expect(await reads(good.body.accessToken)).toMatchObject({ status: 200 })
  })

  test('a link that is out of date, replaced, made up, or of a disabled user', async () => {
    const { user } = await yard.person()
    const late = await link(user.id)
    await yard.database.db.query({
      text: "update sign_in_links set expires_at = clock_timestamp() - interval '1 second' where user_id = $1",
      values: [user.id],
    })
    expect(codeOf(await byLink(late))).toEqual([401, 'LINK_INVALID'])
    const [replaced, newer] = [await link(user.id), await link(user.id)]
    expect(codeOf(await byLink(replaced))).toEqual([401, 'LINK_INVALID'])
    expect(await byLink(newer)).toMatchObject({ status: 201 })
    expect(codeOf(await byLink('made up'))).toEqual([401, 'LINK_INVALID'])
    const ofDisabled = await link(user.id)
    await change(user.id, { disabled: true })
    expect(codeOf(await byLink(ofDisabled))).toEqual([401, 'LINK_INVALID'])
  })

  test('links are kept as hashes', async () => {
    const { user } = await yard.person()
    const token = await link(user.id)
    const [row] = await yard.database.db.query<{ token_hash: Buffer }>({
      text: 'select token_hash from sign_in_links where user_id = $1',
      values: [user.id],
    })
    expect(row!.token_hash).toEqual(createHash('sha256').update(token).digest())
  })

  test.each<[string, object]>([
    ['a new password', { password: 'another password' }],
    ['disabling', { disabled: true }],
    ['a new role', { role: 'viewer' }],
  ])('%s ends every sign-in, of open sockets too', async (_, data) => {
    const { user, token } = await yard.person()
    expect(await reads(token)).toMatchObject({ status: 200 })
    await change(user.id, data)
    expect(codeOf(await reads(token))).toEqual([401, 'NOT_AUTHENTICATED'])
    const shown = { strategy: 'jwt', accessToken: token }
    expect(codeOf(await signIn(shown))).toEqual([401, 'NOT_AUTHENTICATED'])
  })
  test('a new name or address does not', async () => {
    const { user, token } = await yard.person()
    await change(user.id, { name: 'Another', email: `another.${user.email}` })
    expect(await reads(token)).toMatchObject({ status: 200 })
    expect(await signIn({ strategy: 'jwt', accessToken: token })).toMatchObject({
      status: 201,
      body: { accessToken: token, user: { name: 'Another' } },
    })
  })
  test('a user changes their own name and password, and nothing else', async () => {
    const { user, token } = await yard.person()
    const patch = (data: object) =>
      transport.call(token, { path: 'users', method: 'patch', id: user.id, data })
    for (const data of [
      { role: 'admin' },
      { email: 'x@y' },
      { disabled: true },
      { name: 'x', role: 'admin' },
    ])
      expect(codeOf(await patch(data))).toEqual([403, 'FORBIDDEN'])
    expect(await patch({ name: 'Myself' })).toMatchObject({ status: 200, body: { name: 'Myself' } })
    expect(await patch({ password: 'a password of mine' })).toMatchObject({ status: 200 })
    expect(codeOf(await reads(token))).toEqual([401, 'NOT_AUTHENTICATED'])
    expect(await byPassword(user.email, 'a password of mine')).toMatchObject({ status: 201 })
  })
  test('members see of each other id and name', async () => {
    const [one, other] = [await yard.person(), await yard.person()]
    const { id, name: called } = other.user
    expect(await transport.call(one.token, { path: 'users', method: 'get', id })).toEqual({
      status: 200,
      body: { id, name: called },
    })
    const { body } = await transport.call(one.token, { path: 'users', method: 'find', query: { id } })
    expect(body.data).toEqual([{ id, name: called }])
  })
  test('the last admin stays', async () => {
    const { id } = yard.admin.user
    for (const data of [{ role: 'member' }, { disabled: true }])
      expect(
        codeOf(await transport.call(yard.admin.token, { path: 'users', method: 'patch', id, data })),
      ).toEqual([409, 'LAST_ADMIN'])
    expect(codeOf(await transport.call(yard.admin.token, { path: 'users', method: 'remove', id }))).toEqual([
      409,
      'LAST_ADMIN',
    ])
  })
})

describe('an open socket', () => {
  let socket: Socket
  beforeEach(() => {
    socket = io(yard.url, { transports: ['websocket'], forceNew: true })
  })
  afterEach(() => socket.close())

  const send = async (...packet: unknown[]) => {
    const [error, body] = await emit(socket, ...packet)
    return error ? [error.code, error.data?.code] : body
  }
  const authenticate = (accessToken: string) =>
    send('create', 'authentication', { strategy: 'jwt', accessToken })
  const roomsOf = (): string[] => {
    const { io: server } = yard.daemon.app as unknown as {
      io: { sockets: { sockets: Map<string, { feathers: object }> } }
    }
    const { feathers } = server.sockets.sockets.get(socket.id!)!
    return [...socketOf(feathers)!.rooms].filter((room) => room !== socket.id).sort()
  }

  test('is nobody until it signs in, and again once it has signed out', async () => {
    expect(await send('find', 'users', {})).toEqual([401, 'NOT_AUTHENTICATED'])
    const { user, token } = await yard.person()
    expect(await authenticate(token)).toEqual({ accessToken: token, user })
    expect(await send('find', 'users', { id: user.id })).toMatchObject({ total: 1 })
    expect(Object.keys(await send('remove', 'authentication', null))).not.toContain('authentication')
    expect(await send('find', 'users', {})).toEqual([401, 'NOT_AUTHENTICATED'])
    expect(roomsOf()).toEqual([])
  })
  test('hears what is for its user, and no longer what was for the one before', async () => {
    const worktree = await yard.worktree()
    await authenticate(yard.admin.token)
    await send('create', 'subscriptions', { worktree_id: worktree.id })
    expect(roomsOf()).toEqual(
      [rooms.admins, rooms.user(yard.admin.user.id), rooms.worktree(worktree.id)].sort(),
    )
    const { user, token } = await yard.person()
    await authenticate(token)
    expect(roomsOf()).toEqual([rooms.user(user.id)])
  })
})
