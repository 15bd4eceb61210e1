import { randomUUID } from 'node:crypto'
import { type Call, openTransport, queryText, type Transport, transports } from './helpers/calls'
import { expectRefused } from './helpers/refusal'
import { useSite } from './helpers/site'
import { validCalls } from './helpers/valid-calls'

const site = useSite()

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, site.yard.url)
  })
  afterAll(() => transport.close())

  const admin = (call: Call) => transport.call(site.yard.admin.token, call)
  const executor = (call: Call) => transport.call(site.run.token, call)

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
    // Over REST some cannot be said, and some are more than the server reads of a request's head.
    const size = queryText(query).length
    if (name === 'REST' && size === 0) return
    if (name === 'REST' && size > 16_384) {
      expect((await fetch(`${site.yard.url}/tasks${queryText(query)}`)).status).toBe(431)
      return
    }
    for (const path of lists) expectRefused(await admin({ path, method: 'find', query }), [400, 'INVALID'])
  })

  test('numbers and times that no row can have', async () => {
    for (const [path, query] of [
      ['tasks', { attempt: 99_999_999_999 }],
      ['tasks', { attempt: { $gt: 1e30 } }],
      ['messages', { seq: { $gt: 1e30 } }],
      ['messages', { session_id: site.rows.sessions, seq: { $gt: 1e30 } }],
      ['tasks', { created_at: '0000-01-01T00:00:00Z' }],
      ['tasks', { created_at: { $lt: '2030-01-01T00:00:00+23:59' } }],
      ['session-events', { session_id: site.rows.sessions, after: 1e30 }],
      ['session-events', { session_id: site.rows.sessions, after: -1 }],
    ] as const)
      expectRefused(await admin({ path, method: 'find', query }))
    for (const position of [1e300, -1e300])
      expectRefused(await admin({ path: 'tasks', method: 'patch', id: site.rows.tasks, data: { position } }))
    for (const data of [
      { id: site.rows.messages, block: 1e300, offset: 0.5, text: '' },
      { id: site.rows.messages, block: -1, offset: 0, text: '' },
    ])
      expectRefused(await executor({ path: 'messages', method: 'chunk', data }), [400, 'INVALID'])
    const { id, boot_id, token } = site.run.runtime
    for (const attempt of [1e300, 3_000_000_000, 0, -1, 1.5]) {
      const lost = { attempt, status: 'failed' }
      expectRefused(
        await transport.call(token, { path: 'tasks', method: 'patch', id: site.rows.tasks, data: lost }),
      )
      const beat = { id, boot_id, runs: [{ task_id: site.rows.tasks, attempt }], slots: 1e300 }
      expectRefused(await transport.call(token, { path: 'runtimes', method: 'claim', data: beat }), [
        400,
        'INVALID',
      ])
    }
  })

  test('on calls that name their row', async () => {
    for (const call of validCalls(site).filter(({ id }) => id))
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
