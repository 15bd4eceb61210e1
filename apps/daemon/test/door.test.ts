import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exposure, parseSettings } from '@yardmaster/protocol'
import Koa from 'koa'
import { io } from 'socket.io-client'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { headers as withHeaders } from '../src/door/headers'
import { isOurs } from '../src/door/origin'
import { createLimiter, keyOfAddress } from '../src/door/rates'
import { makeLinkToken } from '../src/sign-in/links'
import { openTransport, readAnswer, type Transport, transports } from './helpers/calls'
import { queue } from './helpers/runs'

const hour = 3600
const rates = {
  sign_in_address: { points: 8, seconds: hour },
  sign_in_account: { points: 3, seconds: hour },
  sign_in_strangers: { points: 5, seconds: hour },
  prompt: { points: 3, seconds: hour },
  spawn: { points: 2, seconds: hour },
}

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({ rates })
  // From here on the tests say where a call comes from.
  yard.daemon.yard.settings.public_url = 'https://yard.example.com'
})
afterAll(() => yard.stop())

describe('headers', () => {
  const get = (path: string, headers = {}) => fetch(yard.url + path, { headers, redirect: 'manual' })

  test.each(['/', '/app/', '/docs/', '/healthz', '/openapi.json', '/users', '/nothing'])(
    '%s may be framed by nobody, and is what it says it is',
    async (path) => {
      const { headers } = await get(path)
      expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/)
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBeNull()
    },
  )

  test('browsers are told to come back by https only where that is the public url', async () => {
    const ofApp = async (public_url: string | null) => {
      const { settings } = yard.daemon.yard
      const app = new Koa().use(withHeaders({ settings: { ...settings, public_url } }) as never)
      const server = createServer(app.callback()).listen(0, '127.0.0.1')
      await new Promise((resolve) => server.once('listening', resolve))
      const { headers } = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
      await new Promise((resolve) => server.close(resolve))
      return headers.get('strict-transport-security')
    }
    expect(await ofApp('https://yard.example.com')).toBe('max-age=31536000')
    expect(await ofApp('http://yard.example.com')).toBeNull()
    expect(await ofApp(null)).toBeNull()
  })
})

describe('pages of other sites', () => {
  const public_url = 'https://yard.example.com'
  test.each<[boolean, string, string, object?]>([
    [true, 'https://yard.example.com', 'yard.example.com', { public_url }],
    [true, 'https://yard.example.com', '127.0.0.1:3030', { public_url }],
    [false, 'http://yard.example.com', 'yard.example.com', { public_url }],
    [false, 'https://yard.example.com.evil.example', 'yard.example.com', { public_url }],
    [true, 'http://127.0.0.1:3030', '127.0.0.1:3030'],
    [true, 'http://localhost:5173', '127.0.0.1:3030'],
    [true, 'http://[::1]:3030', '[::1]:3030'],
    [true, 'http://192.0.2.7:3030', '192.0.2.7:3030'],
    [false, 'http://192.0.2.8:3030', '192.0.2.7:3030'],
    [true, 'http://yard.lan:3030', 'yard.lan:3030', { host: 'yard.lan' }],
    // A stranger's name that leads to this host is the host header too.
    [false, 'http://evil.example:3030', 'evil.example:3030'],
    [false, 'http://127.0.0.1.evil.example:3030', '127.0.0.1.evil.example:3030'],
    [false, 'http://localhost.evil.example', 'localhost.evil.example'],
    [false, 'null', '127.0.0.1:3030'],
    [false, 'file://', '127.0.0.1:3030'],
    [false, 'chrome-extension://abcdef', '127.0.0.1:3030'],
    [false, '', '127.0.0.1:3030'],
  ])('%s: %s at %s', (ours, origin, called, reached = {}) => {
    expect(isOurs({ host: '0.0.0.0', public_url: null, ...reached }, origin, called)).toBe(ours)
  })

  test('are refused over REST, whatever they know', async () => {
    const call = (origin: string | null) =>
      fetch(`${yard.url}/users`, {
        headers: { authorization: `Bearer ${yard.admin.token}`, ...(origin === null ? {} : { origin }) },
      })
    for (const origin of [null, yard.url, 'https://yard.example.com', 'http://localhost:5173'])
      expect([origin, (await call(origin)).status]).toEqual([origin, 200])
    for (const origin of ['https://evil.example', 'null', `http://evil.example:${new URL(yard.url).port}`]) {
      const answer = await call(origin)
      const { body } = await readAnswer(answer)
      expect([answer.status, body.data]).toEqual([403, { code: 'ORIGIN_NOT_ALLOWED' }])
    }
  })

  test.each(['websocket', 'polling'])('open no socket by %s', async (transport) => {
    const connects = (origin?: string) =>
      new Promise<boolean>((resolve) => {
        const extraHeaders: Record<string, string> = origin === undefined ? {} : { origin }
        const socket = io(yard.url, {
          transports: [transport],
          forceNew: true,
          reconnection: false,
          extraHeaders,
        })
        const settle = (is: boolean) => {
          socket.close()
          resolve(is)
        }
        socket.once('connect', () => settle(true))
        socket.once('connect_error', () => settle(false))
      })
    expect(await connects()).toBe(true)
    expect(await connects(yard.url)).toBe(true)
    expect(await connects('https://evil.example')).toBe(false)
    expect(await connects('null')).toBe(false)
  })
})

describe('sign-ins', () => {
  const password = 'a password for tests'
  let addresses = 0
  const anAddress = () => {
    addresses += 1
    return `198.51.100.${addresses}`
  }
  const call = async (address: string, data: object) => {
    const answer = await fetch(`${yard.url}/authentication`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
      body: JSON.stringify(data),
    })
    const wait = answer.headers.get('retry-after')
    const { status, body } = await readAnswer(answer)
    return { status, code: body.data?.code, wait, failure: body.data }
  }
  const signIn = (address: string, email: string, given = password) =>
    call(address, { strategy: 'local', email, password: given })
  const wrong = (address: string, email: string) => signIn(address, email, 'not the password')

  test('a password that is guessed is asked for no more, for this account from this address', async () => {
    const [mine, other] = [(await yard.person()).user.email, (await yard.person()).user.email]
    const [here, elsewhere] = [anAddress(), anAddress()]
    for (let n = 0; n < rates.sign_in_account.points; n++)
      expect(await wrong(here, mine)).toMatchObject({ status: 401, code: 'SIGN_IN_FAILED' })
    const refused = await signIn(here, mine)
    expect(refused).toMatchObject({
      status: 429,
      code: 'RATE_LIMITED',
      wait: expect.stringMatching(/^3[56]\d\d$/),
    })
    expect(String(refused.failure.retry_after)).toBe(refused.wait)
    expect(await signIn(here, mine.toUpperCase())).toMatchObject({ status: 429 })
    expect(await signIn(here, other)).toMatchObject({ status: 201 })
    expect(await signIn(elsewhere, mine)).toMatchObject({ status: 201 })
  })

  test('an account that nobody has is told of in the same way', async () => {
    const here = anAddress()
    for (let n = 0; n < rates.sign_in_account.points; n++)
      expect(await wrong(here, 'nobody@example.com')).toMatchObject({ status: 401, code: 'SIGN_IN_FAILED' })
    expect(await wrong(here, 'nobody@example.com')).toMatchObject({ status: 429, code: 'RATE_LIMITED' })
  })

  test('an address that fails with one account after the other is asked no more', async () => {
    const here = anAddress()
    for (let n = 0; n < rates.sign_in_address.points; n++)
      expect(await wrong(here, `nobody-${n}@example.com`)).toMatchObject({ status: 401 })
    const { email } = (await yard.person()).user
    expect(await signIn(here, email)).toMatchObject({ status: 429 })
    expect(await call(here, { strategy: 'link', token: 'x' })).toMatchObject({ status: 429 })
    expect(await signIn(anAddress(), email)).toMatchObject({ status: 201 })
  })

  test('those that succeed count for nothing', async () => {
    const { email } = (await yard.person()).user
    const here = anAddress()
    for (let n = 0; n < rates.sign_in_address.points + 2; n++)
      expect(await signIn(here, email)).toMatchObject({ status: 201 })
  })

  test('strangers close an account to strangers, and not to its user', async () => {
    const { user } = await yard.person()
    const home = anAddress()
    expect(await signIn(home, user.email)).toMatchObject({ status: 201 })
    for (let n = 0; n < rates.sign_in_strangers.points; n++)
      expect(await wrong(anAddress(), user.email)).toMatchObject({ status: 401 })
    expect(await signIn(anAddress(), user.email)).toMatchObject({ status: 429 })
    expect(await signIn(home, user.email)).toMatchObject({ status: 201 })
    // Whoever has a link needs no account that is open.
    const token = await makeLinkToken(yard.database.db, user.id)
    expect(await call(anAddress(), { strategy: 'link', token })).toMatchObject({ status: 201 })
  })

  test('of many at once no more are tried than of many in a row, and each verifies one password', async () => {
    const verify = jest.spyOn(jest.requireActual<typeof import('argon2')>('argon2'), 'verify')
    try {
      const { user } = await yard.person()
      const here = anAddress()
      verify.mockClear()
      const answers = await Promise.all(Array.from({ length: 7 }, () => wrong(here, user.email)))
      expect(answers.filter(({ status }) => status === 401)).toHaveLength(rates.sign_in_account.points)
      expect(verify).toHaveBeenCalledTimes(rates.sign_in_account.points)
      // An address that nobody has and a user without a password take as long: a hash is verified for them too.
      verify.mockClear()
      await wrong(anAddress(), 'nobody-at-all@example.com')
      expect(verify).toHaveBeenCalledTimes(1)
      const text = 'update users set password_hash = null where id = $1'
      await yard.database.db.query({ text, values: [user.id] })
      await wrong(anAddress(), user.email)
      expect(verify).toHaveBeenCalledTimes(2)
    } finally {
      verify.mockRestore()
    }
  })

  test('what was typed is in no key', async () => {
    await wrong(anAddress(), 'typed-by@mistake.example')
    const rows = await yard.database.db.query<{ key: string }>({ text: 'select key from rate_limits' })
    expect(rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(rows)).not.toContain('mistake')
  })

  test.each([
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2::9', '2001:db8:1:2::/64'],
    ['2001:0db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['203.0.113.9', '203.0.113.9'],
  ])('%s counts as %s', (address, key) => {
    expect(keyOfAddress(address)).toBe(key)
  })
})

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  test('a user prompts and spawns so often, and others are not kept from it', async () => {
    const [one, other] = [await yard.person(), await yard.person()]
    const worktree = await yard.worktree({
      grants: [one, other].map((person): [Person, 'prompt'] => [person, 'prompt']),
    })
    const { id } = await yard.session(worktree.id)
    // To a runtime that claims nothing.
    await queue(yard, id)
    const prompt = (person: Person, data: object = {}) =>
      transport.call(person.token, {
        path: 'sessions',
        method: 'prompt',
        data: { id, prompt: 'again', ...data },
      })
    const spawn = () =>
      transport.call(one.token, { path: 'sessions', method: 'spawn', data: { id, prompt: 'a child' } })
    expect(await prompt(one, { nonsense: true })).toMatchObject({ status: 400 })
    for (let n = 0; n < rates.prompt.points; n++) expect(await prompt(one)).toMatchObject({ status: 201 })
    const create = { path: 'tasks', method: 'create', data: { session_id: id, prompt: 'by another way' } }
    for (const refused of [await prompt(one), await transport.call(one.token, create)])
      expect(refused).toMatchObject({
        status: 429,
        body: {
          name: 'TooManyRequests',
          message: expect.stringMatching(
            /^You sent too many prompts at once; try again in 3[56]\d\d seconds\.$/,
          ),
          data: { code: 'RATE_LIMITED', retry_after: expect.any(Number) },
        },
      })
    expect(await prompt(other)).toMatchObject({ status: 201 })
    for (let n = 0; n < rates.spawn.points; n++) expect(await spawn()).toMatchObject({ status: 201 })
    expect(await spawn()).toMatchObject({ status: 429, body: { data: { code: 'RATE_LIMITED' } } })

    // Another daemon on the same database has counted with this one.
    const elsewhere = createLimiter(yard.database.db, rates)
    await expect(elsewhere.take('prompt', one.user.id)).rejects.toMatchObject({ code: 'RATE_LIMITED' })
    await elsewhere.take('prompt', other.user.id)
  })
})

test('it listens on loopback unless told, and says so where others could read along', () => {
  const { host } = parseSettings({}, '/home/somebody')
  expect(host).toBe('127.0.0.1')
  expect(exposure({ host, public_url: null })).toBeNull()
  expect(exposure({ host: '0.0.0.0', public_url: 'https://yard.example.com' })).toBeNull()
  for (const public_url of [null, 'http://yard.example.com'])
    expect(exposure({ host: '0.0.0.0', public_url })).toMatch(/^It listens on 0\.0\.0\.0 without TLS: /)
})
