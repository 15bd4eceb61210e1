import { randomUUID } from 'node:crypto'
import { sign } from 'jsonwebtoken'
import { openTransport, type Transport, transports } from './helpers/calls'
import { expectRefused } from './helpers/refusal'
import { useSite } from './helpers/site'

const site = useSite()

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, site.yard.url)
  })
  afterAll(() => transport.close())

  const claims = { audience: 'yardmaster', expiresIn: '1h' } as const
  const ours = (payload: object, more = {}): string =>
    sign(payload, site.yard.daemon.yard.tokens.secret, {
      ...claims,
      subject: site.yard.admin.user.id,
      ...more,
    })
  const user = { kind: 'user', epoch: 1 }
  const part = (json: object) => Buffer.from(JSON.stringify(json)).toString('base64url')
  const tokens: [string, () => string][] = [
    ['garbage', () => 'garbage'],
    ['three parts of garbage', () => 'a.b.c'],
    [
      'no algorithm',
      () =>
        `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...user, sub: site.yard.admin.user.id, aud: 'yardmaster' })}.`,
    ],
    ['another secret', () => sign(user, 'x'.repeat(64), { ...claims, subject: site.yard.admin.user.id })],
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
    for (const accessToken of [site.run.token, site.run.runtime.token])
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
