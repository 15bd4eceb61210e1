import { randomUUID } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { readAnswer } from './helpers/calls'
import { expectRefused } from './helpers/refusal'
import { useSite } from './helpers/site'

const site = useSite()

const send = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
  readAnswer(
    await fetch(`${site.yard.url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${site.yard.admin.token}`,
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
    ['PATCH', `/users/${site.rows.users}`],
    ['DELETE', `/users/${site.rows.users}`],
    ['PUT', `/users/${site.rows.users}`],
    ['POST', `/sessions/${site.rows.sessions}/prompt`],
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
      ['PATCH', `/users/${site.rows.users}`],
      ['DELETE', `/users/${site.rows.users}`],
      ['POST', `/sessions/${site.rows.sessions}/prompt`],
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
      await fetch(`${site.yard.url}/users`, {
        method: 'POST',
        body: form,
        headers: { authorization: `Bearer ${site.yard.admin.token}` },
      }),
    ),
  )
  expectRefused(await post(json, { 'content-encoding': 'gzip' }))
  expectRefused(await post(json, { 'content-encoding': 'nonsense' }))
  expectRefused(await post(gzipSync('{'), { 'content-encoding': 'gzip' }))
})
test('what a DELETE says is read', async () => {
  const remove = (body: object, query = '') =>
    send(`/messages/${site.rows.messages}${query}`, { method: 'DELETE', body: JSON.stringify(body) })
  expectRefused(await remove({ odd: 1 }), [400, 'INVALID'])
  expectRefused(await remove([]), [400, 'INVALID'])
  expectRefused(await remove({ session_id: randomUUID() }), [400, 'IMMUTABLE'])
  expectRefused(await remove({ session_id: site.rows.sessions }, `?session_id=${randomUUID()}`), [
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
  const path = `/sessions/${site.rows.sessions}`
  for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'])
    expectRefused(await send(`${path}/prompt`, { method }), [405, 'METHOD_NOT_ALLOWED'])
  expectRefused(await send(`${path}/info`, { method: 'POST', body: '{}' }), [405, 'METHOD_NOT_ALLOWED'])
  const prompt = (body: object, query = '') =>
    post(JSON.stringify({ prompt: 'p', ...body }), {}, `${path}/prompt${query}`)
  expectRefused(await prompt({ id: site.rows.sessions }), [400, 'INVALID'])
  expectRefused(await prompt({ id: randomUUID() }), [400, 'INVALID'])
  expectRefused(await prompt({}, `?session_id=${site.rows.sessions}`), [400, 'INVALID'])
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
    `/sessions/${site.rows.sessions}/constructor`,
    `/sessions/${site.rows.sessions}/__proto__`,
    `/sessions/${site.rows.sessions}/prompt/more`,
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
    for (const path of ['/tasks', `/tasks/${site.rows.tasks}`]) expectRefused(await send(path, { method }))
  const head = await fetch(`${site.yard.url}/tasks`, { method: 'HEAD' })
  expect([head.status, await head.text()]).toEqual([401, ''])
})
test('schemes that are not ours', async () => {
  for (const authorization of ['', 'Basic YTpi', `Basic ${site.yard.admin.token}`, 'Bearer', 'Bearer '])
    expectRefused(await send('/tasks', { headers: { authorization } }), [401, 'NOT_AUTHENTICATED'])
})
