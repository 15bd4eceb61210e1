import { createHash } from 'node:crypto'
import type { NewApiToken, Scope } from '@yardmaster/protocol'
import { io } from 'socket.io-client'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { type Answer, type Call, emit, openTransport, type Transport, transports } from './helpers/calls'
import { later } from './helpers/later'
import { inBetween } from './helpers/rows'
import { queue } from './helpers/runs'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const codeOf = ({ status, body }: Answer) => [status, body.data?.code]
const tokenOf = (by: Person, scopes: Scope[], more: object = {}): Promise<NewApiToken> =>
  by.rest.service('api-tokens').create({ name: 'for a test', scopes, ...more })
const soon = () => new Date(Date.now() + 3_600_000).toISOString()

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeEach(() => {
    transport = openTransport(name, yard.url)
  })
  afterEach(() => transport.close())
  const call = (token: string, path: string, method: string, more: Partial<Call> = {}) =>
    transport.call(token, { path, method, ...more })

  test('a token is shown once, kept as its hash, and answers as its user until it is revoked', async () => {
    const person = await yard.person()
    const { token, ...row } = await tokenOf(person, ['read'], { expires_at: soon() })
    expect(row).toMatchObject({ user_id: person.user.id, scopes: ['read'], last_used_at: null })
    const [kept] = await yard.database.db.query<{ token_hash: Buffer }>({
      text: 'select token_hash from api_tokens where id = $1',
      values: [row.id],
    })
    expect(kept!.token_hash).toEqual(createHash('sha256').update(token).digest())

    const me = { id: person.user.id }
    expect(await call(token, 'users', 'get', me)).toEqual({ status: 200, body: person.user })
    const listed = (await call(person.token, 'api-tokens', 'find')).body.data
    expect(listed).toEqual([{ ...row, last_used_at: expect.any(String) }])
    expect((await call(token, 'users', 'get', me)).status).toBe(200)
    // Marked once, not with every call.
    expect((await call(person.token, 'api-tokens', 'get', { id: row.id })).body).toEqual(listed[0])

    expect((await call(person.token, 'api-tokens', 'remove', { id: row.id })).body).toEqual(listed[0])
    expect(codeOf(await call(token, 'users', 'get', me))).toEqual([401, 'NOT_AUTHENTICATED'])
  })

  test('each scope opens what it covers and no more', async () => {
    const { id: worktree_id } = await yard.worktree()
    const session = await yard.session(worktree_id)
    const calls: [Scope, Call][] = [
      ['read', { path: 'sessions', method: 'get', id: session.id }],
      ['read', { path: 'sessions', method: 'info', data: { id: session.id } }],
      ['read', { path: 'worktrees', method: 'access', data: { id: worktree_id } }],
      ['work', { path: 'sessions', method: 'patch', id: session.id, data: { title: 'new' } }],
      ['work', { path: 'sessions', method: 'fix-sessions', data: { id: session.id } }],
      ['manage', { path: 'worktrees', method: 'patch', id: worktree_id, data: { others_can: 'view' } }],
      ['manage', { path: 'users', method: 'patch', id: yard.admin.user.id, data: { name: 'Admin' } }],
    ]
    const order: Scope[] = ['read', 'work', 'manage']
    for (const scope of order) {
      const { token } = await tokenOf(yard.admin, [scope])
      for (const [needed, one] of calls) {
        const answer = await transport.call(token, one)
        const covered = order.indexOf(scope) >= order.indexOf(needed)
        expect([scope, one, covered ? answer.status : codeOf(answer)]).toEqual([
          scope,
          one,
          covered ? 200 : [403, 'SCOPE_TOO_NARROW'],
        ])
      }
    }
  })

  test('none makes another, sets a password, or opens what its user may not', async () => {
    const person = await yard.person()
    const { token, id } = await tokenOf(person, ['manage'])
    const tries: Call[] = [
      { path: 'api-tokens', method: 'create', data: { name: 'more', scopes: ['read'] } },
      { path: 'users', method: 'patch', id: person.user.id, data: { password: 'a password of mine' } },
      {
        path: 'users',
        method: 'patch',
        id: person.user.id,
        data: { name: 'x', password: 'a password of mine' },
      },
    ]
    for (const one of tries) expect(codeOf(await transport.call(token, one))).toEqual([403, 'NOT_BY_TOKEN'])
    expect(codeOf(await call(token, 'repos', 'create', { data: { name: 'r', path: '/r' } }))).toEqual([
      403,
      'FORBIDDEN',
    ])
    const others = await tokenOf(yard.admin, ['read'])
    expect(codeOf(await call(token, 'api-tokens', 'remove', { id: others.id }))).toEqual([404, 'NOT_FOUND'])
    expect(codeOf(await call(person.token, 'api-tokens', 'get', { id: others.id }))).toEqual([
      404,
      'NOT_FOUND',
    ])
    // Its user's role counts, as it is by now.
    await yard.admin.rest.service('users').patch(person.user.id, { role: 'admin' })
    expect((await call(token, 'api-tokens', 'get', { id: others.id })).status).toBe(200)
    expect((await call(token, 'api-tokens', 'remove', { id })).status).toBe(200)
  })

  test("an admin's makes no user, no admin and no other way in that would outlive it", async () => {
    const { token } = await tokenOf(yard.admin, ['manage'])
    const [person, admin] = [await yard.person(), await yard.person('admin')]
    const email = `${person.user.id}@new.example.com`
    const newcomer = { email, name: 'New' }
    const password = 'a password of mine'
    // An admin who has not come yet: a new link to them is worth as much as their password.
    await yard.admin.rest.service('invitations').create({ ...newcomer, role: 'admin' })
    const tries: Call[] = [
      { path: 'users', method: 'create', data: { email: `x${email}`, name: 'X', password } },
      { path: 'users', method: 'create', data: { email: `x${email}`, name: 'X', password, role: 'admin' } },
      { path: 'invitations', method: 'create', data: newcomer },
      { path: 'invitations', method: 'create', data: { email: `x${email}`, name: 'X', role: 'admin' } },
      { path: 'users', method: 'patch', id: person.user.id, data: { role: 'admin' } },
      { path: 'users', method: 'patch', id: person.user.id, data: { name: 'X', role: 'admin' } },
      { path: 'users', method: 'patch', id: person.user.id, data: { password } },
      { path: 'users', method: 'patch', id: admin.user.id, data: { password } },
      { path: 'api-tokens', method: 'create', data: { name: 'more', scopes: ['manage'] } },
    ]
    const people = () => call(yard.admin.token, 'users', 'find', { query: { $limit: 200 } })
    const before = await people()
    for (const one of tries)
      expect([one, ...codeOf(await transport.call(token, one))]).toEqual([one, 403, 'NOT_BY_TOKEN'])
    expect(await people()).toEqual(before)
    // What ends access, or changes what whoever is in may see, a script may do.
    const id = person.user.id
    expect((await call(token, 'users', 'patch', { id, data: { disabled: true } })).status).toBe(200)
    expect((await call(token, 'teams', 'create', { data: { name: email } })).status).toBe(201)
  })

  test('shown at the sign-in it is answered as it is, and never turned into a sign-in that outlives it', async () => {
    const person = await yard.person()
    const { token, id } = await tokenOf(person, ['read'])
    const shown = { data: { strategy: 'jwt', accessToken: token } }
    expect(await transport.call(null, { path: 'authentication', method: 'create', ...shown })).toEqual({
      status: 201,
      body: { accessToken: token, user: person.user },
    })
    await person.rest.service('api-tokens').remove(id)
    const again = await transport.call(null, { path: 'authentication', method: 'create', ...shown })
    expect(codeOf(again)).toEqual([401, 'NOT_AUTHENTICATED'])
  })

  test('one that is made up, changed, of another user, expired, or of somebody who is gone opens nothing', async () => {
    const person = await yard.person()
    const { token, id } = await tokenOf(person, ['manage'], { expires_at: soon() })
    const bytes = Buffer.from(token.slice(4), 'base64url')
    const changed = (place: number, value = Buffer.from([bytes[place]! ^ 1])) => {
      const copy = Buffer.from(bytes)
      value.copy(copy, place)
      return `ymt_${copy.toString('base64url')}`
    }
    const admin = Buffer.from(yard.admin.user.id.replaceAll('-', ''), 'hex')
    const odd = [
      'ymt_',
      'ymt_x',
      `${token}A`,
      token.slice(0, -2),
      changed(60),
      changed(20),
      changed(0, admin),
    ]
    for (const one of [...odd, `YMT_${token.slice(4)}`])
      expect([one, ...codeOf(await call(one, 'users', 'find'))]).toEqual([one, 401, 'NOT_AUTHENTICATED'])
    expect((await call(token, 'users', 'find')).status).toBe(200)

    await yard.database.db.query({
      text: "update api_tokens set expires_at = clock_timestamp() - interval '1 second' where id = $1",
      values: [id],
    })
    expect(codeOf(await call(token, 'users', 'find'))).toEqual([401, 'NOT_AUTHENTICATED'])
    const late = await call(person.token, 'api-tokens', 'create', {
      data: { name: 'late', scopes: ['read'], expires_at: '2020-01-01T00:00:00Z' },
    })
    expect(codeOf(late)).toEqual([400, 'INVALID'])

    const { token: kept } = await tokenOf(person, ['read'])
    await yard.admin.rest.service('users').patch(person.user.id, { password: 'another password' })
    expect((await call(kept, 'users', 'find')).status).toBe(200)
    await yard.admin.rest.service('users').patch(person.user.id, { disabled: true })
    expect(codeOf(await call(kept, 'users', 'find'))).toEqual([401, 'NOT_AUTHENTICATED'])
    await yard.admin.rest.service('users').remove(person.user.id)
    expect(codeOf(await call(kept, 'users', 'find'))).toEqual([401, 'NOT_AUTHENTICATED'])
  })
})

test('one that is revoked while its call waits for a session does not write', async () => {
  const { id: worktree_id } = await yard.worktree()
  const { id } = await yard.session(worktree_id)
  const { token, id: token_id } = await tokenOf(yard.admin, ['work'])
  await queue(yard, id)
  const answer = await inBetween(
    yard,
    id,
    () =>
      openTransport('REST', yard.url).call(token, {
        path: 'sessions',
        method: 'patch',
        id,
        data: { title: 'late' },
      }),
    'delete from api_tokens where id = $1',
    [token_id],
  )
  expect(codeOf(answer)).toEqual([401, 'NOT_AUTHENTICATED'])
  expect(await yard.admin.rest.service('sessions').get(id)).not.toMatchObject({ title: 'late' })
})

describe('open sockets', () => {
  const open = async (token: string) => {
    const socket = io(yard.url, { transports: ['websocket'], forceNew: true, auth: { token } })
    await new Promise<void>((resolve) => socket.once('connect', resolve))
    const closed = new Promise<string>((resolve) => socket.once('disconnect', resolve))
    return { socket, closed, send: (...packet: unknown[]) => emit(socket, ...packet) }
  }
  const byServer = 'io server disconnect'

  test('of a token are closed when it is revoked, and no other', async () => {
    const person = await yard.person()
    const [one, two] = [await tokenOf(person, ['read']), await tokenOf(person, ['read'])]
    const [first, second] = [await open(one.token), await open(two.token)]
    await person.rest.service('api-tokens').remove(one.id)
    expect(await first.closed).toBe(byServer)
    expect((await second.send('find', 'users', {}))[0]).toBeNull()
    second.socket.close()
  })

  test('of a token are closed when it expires', async () => {
    const person = await yard.person()
    const { token } = await tokenOf(person, ['read'], { expires_at: soon() })
    const { closed } = await open(token)
    const clock = later(2 * 3_600_000)
    try {
      expect(await closed).toBe(byServer)
    } finally {
      clock.mockRestore()
    }
  })

  test.each<[string, (id: string) => Promise<unknown>]>([
    ['a new password', (id) => yard.admin.rest.service('users').patch(id, { password: 'another password' })],
    ['a new role', (id) => yard.admin.rest.service('users').patch(id, { role: 'viewer' })],
    ['disabling', (id) => yard.admin.rest.service('users').patch(id, { disabled: true })],
    ['removing', (id) => yard.admin.rest.service('users').remove(id)],
    ['signing out everywhere', (id) => yard.admin.rest.service('users')['sign-out-everywhere']({ id })],
  ])("%s closes all of the user's, and those of nobody else", async (_, act) => {
    const [person, other] = [await yard.person(), await yard.person()]
    const mine = await Promise.all([open(person.token), open((await tokenOf(person, ['read'])).token)])
    const theirs = await open(other.token)
    await act(person.user.id)
    expect(await Promise.all(mine.map(({ closed }) => closed))).toEqual([byServer, byServer])
    expect((await theirs.send('find', 'users', {}))[0]).toBeNull()
    theirs.socket.close()
  })

  test('a new name and the same role close none', async () => {
    const person = await yard.person()
    const { socket, send } = await open(person.token)
    await yard.admin.rest.service('users').patch(person.user.id, { name: 'Renamed', role: 'member' })
    expect((await send('find', 'users', {}))[0]).toBeNull()
    socket.close()
  })

  test('the one that changes its own password gets its answer first', async () => {
    const person = await yard.person()
    const { closed, send } = await open(person.token)
    const [error, row] = await send('patch', 'users', person.user.id, { password: 'a password of mine' }, {})
    expect([error, row]).toEqual([null, person.user])
    expect(await closed).toBe(byServer)
  })

  test('signing out everywhere is for oneself and for admins, and takes tokens along if wanted', async () => {
    const [person, other] = [await yard.person(), await yard.person()]
    const { token } = await tokenOf(person, ['read'])
    const { id } = person.user
    const refused = other.rest.service('users')['sign-out-everywhere']({ id })
    await expect(refused).rejects.toMatchObject({ data: { code: 'FORBIDDEN' } })
    const signOut = (more: object) => person.rest.service('users')['sign-out-everywhere']({ id, ...more })
    expect(await signOut({ tokens: true })).toEqual({ user_id: id, revoked_tokens: 1 })
    await expect(signOut({})).rejects.toMatchObject({ data: { code: 'NOT_AUTHENTICATED' } })
    const transport = openTransport('REST', yard.url)
    expect((await transport.call(token, { path: 'users', method: 'find' })).status).toBe(401)
  })
})
