import { io, type Socket } from 'socket.io-client'
import { type Answer, emit } from './helpers/calls'
import { expectRefused } from './helpers/refusal'
import { useSite } from './helpers/site'

const site = useSite()

let socket: Socket
const connect = async (): Promise<Socket> => {
  const opened = io(site.yard.url, {
    transports: ['websocket'],
    forceNew: true,
    auth: { token: site.yard.admin.token },
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
    `tasks/${site.rows.tasks}`,
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
  expectRefused(await send('get', 'tasks', site.rows.tasks, {}, {}), [400, 'INVALID'])
  expectRefused(await send('patch', 'tasks', site.rows.tasks, { prompt: 'x' }, {}, {}), [400, 'INVALID'])
  expectRefused(await send('get', 'tasks'), [400, 'INVALID_ID'])
  expectRefused(await send('patch', 'tasks'), [400, 'INVALID_ID'])
  expectRefused(await send('find', 'tasks', 'text'), [400, 'INVALID'])
  expectRefused(await send('find', 'tasks', ['x']), [400, 'INVALID'])
  expectRefused(await send('create', 'users'), [400, 'INVALID'])
  expectRefused(await send('create', 'users', Buffer.from('x')), [400, 'INVALID'])
  expectRefused(await send('patch', 'tasks', Buffer.from('x'), { prompt: 'x' }), [400, 'INVALID_ID'])
  expectRefused(await send('patch', 'tasks', site.rows.tasks, { prompt: Buffer.from('x') }), [400, 'INVALID'])
})
test('nobody waits for the answer', async () => {
  const packets = [
    ['find'],
    ['find', 'tasks'],
    ['find', '__proto__'],
    ['patch', 'tasks', site.rows.tasks],
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
    const refused = io(site.yard.url, {
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
