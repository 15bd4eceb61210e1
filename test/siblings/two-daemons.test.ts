import { randomUUID } from 'node:crypto'
import { encode } from '@msgpack/msgpack'
import { watchPresence } from '@yardmaster/client'
import type { PermissionRequest } from '@yardmaster/protocol'
import { until } from '../faults/kit/until'
import { Ear } from './kit/ear'
import { openPair, type Pair } from './kit/pair'
import { sees } from './kit/people'
import { redisPassword } from './kit/redis'

// Neither daemon polls, and no heartbeat comes: what happens here, hints have done.
let pair: Pair
let token: string
beforeAll(async () => {
  pair = await openPair()
  token = (await pair.there.signIn('admin@example.com')).token
})
afterAll(() => pair?.close())

const sessions = () => pair.there.admin.service('sessions')

test('a prompt that one daemon takes runs on the host of the other, and its events come back', async () => {
  const { id } = await pair.session({ permission_mode: 'auto' })
  const ear = await Ear.at(pair.there, token, id)
  const task = await sessions().prompt({ id, prompt: '$ echo over there' })
  await ear.has(task.id, 'completed')
  const { last_seq } = await sessions().get(id)
  await ear.until(({ seq }) => seq === last_seq)
  expect(ear.places()).toEqual(Array.from({ length: last_seq - 1 }, (_, at) => at + 2))
})

test('an answer that one daemon takes is heard by whoever waits at the other', async () => {
  const { id } = await pair.session()
  const ear = await Ear.at(pair.there, token, id)
  const task = await sessions().prompt({ id, prompt: '$ echo asked' })
  const asked = await ear.until(({ type }) => type === 'permission-requests created')
  const since = performance.now()
  const waiting = pair.here.admin
    .service('permission-requests')
    .get(asked.row.id, { query: { wait: 60 } }) as Promise<PermissionRequest>
  await sessions().get(id)
  await pair.there.admin.service('permission-requests').patch(asked.row.id, { option_id: 'allow_once' })
  expect(await waiting).toMatchObject({ status: 'selected', option_id: 'allow_once' })
  // Not at the end of its minute, when it looks by itself.
  expect(performance.now() - since).toBeLessThan(60_000)
  await ear.has(task.id, 'completed')
})

test('a stop that one daemon takes ends the run on the host of the other', async () => {
  const { id } = await pair.session({ permission_mode: 'auto' })
  const ear = await Ear.at(pair.there, token, id)
  const task = await sessions().prompt({ id, prompt: '$ sleep 600' })
  await ear.has(task.id, 'running')
  await sessions().stop({ id })
  await ear.has(task.id, 'stopped')
})

test('a queue that is continued at one daemon goes on at the other', async () => {
  const { id } = await pair.session({ permission_mode: 'auto' })
  const ear = await Ear.at(pair.there, token, id)
  const first = await sessions().prompt({ id, prompt: '$ sleep 600' })
  const second = await sessions().prompt({ id, prompt: '$ true' })
  await ear.has(first.id, 'running')
  await sessions().stop({ id })
  await ear.has(first.id, 'stopped')
  expect(await sessions().get(id)).toMatchObject({ held_by_task_id: first.id })
  await sessions().continue({ id })
  await ear.has(second.id, 'completed')
})

test('what is not ours in Redis reaches nobody, and holds nothing up', async () => {
  const { redis, there } = pair
  const { id } = await pair.session({ permission_mode: 'auto' })
  const ear = await Ear.at(there, token, id)
  const [node] = await pair.database.db.query<{ node_id: string }>({
    text: 'select node_id from installation',
  })
  const stream = `yardmaster:${node!.node_id}`
  const message = { uid: 'someone', nsp: '/', type: '3' }
  const packet = { type: 2, data: ['tasks patched', { id: 'made up' }], nsp: '/' }
  for (const data of [
    undefined,
    '{',
    '{}',
    'AAAA',
    '"text"',
    '{"packet":null,"opts":{"rooms":[]}}',
    JSON.stringify({ packet, opts: {} }),
    JSON.stringify({ packet, opts: { rooms: [] } }),
    JSON.stringify({ packet, opts: { rooms: [], except: [] } }),
    JSON.stringify({ packet, opts: { rooms: [1] } }),
    JSON.stringify({ packet: { type: 2, data: {} }, opts: { rooms: [`session:${id}`], except: [] } }),
    JSON.stringify({ packet: { data: [{}] }, opts: { rooms: [`session:${id}`], except: [] } }),
  ])
    await redis.add(stream, { ...message, ...(data === undefined ? {} : { data }) })
  for (const type of ['', 'x', '6', '7', '9', '99']) await redis.add(stream, { ...message, type, data: '{}' })
  for (const text of ['', 'text', Buffer.from([0xc1]), ...badHints()])
    await redis.publish(`${stream}#/#`, text as string)

  const task = await sessions().prompt({ id, prompt: '$ echo still here' })
  await ear.has(task.id, 'completed')
  expect(ear.heard.filter(({ row }) => row?.id === 'made up')).toEqual([])
  for (const daemon of [pair.here, there]) {
    await until(() => daemon.log().includes('What Redis delivers is not all from daemons of this database'))
    expect(daemon.log()).not.toContain(redisPassword)
  }
})

function badHints(): Buffer[] {
  const hints = [null, 'wake', { runtime_id: 1 }, { runtime_id: { $ne: '' } }, { attempt: 'x' }]
  const places = [
    null,
    1,
    [null],
    [{ session_id: 1, people: [] }],
    [{ session_id: randomUUID(), people: [{}] }],
  ]
  const packets = [
    ...[null, {}, [], ['hint'], ['hint', 'constructor', {}]],
    ...hints.map((hint) => ['hint', 'wake', hint]),
    ...places.map((place) => ['hint', 'present', { daemon_id: randomUUID(), places: place }]),
  ]
  return packets.map((packet) => Buffer.from(encode({ uid: 'someone', nsp: '/', type: 9, data: { packet } })))
}

test('who is at a session at one daemon is seen at the other, and gone with the access', async () => {
  const { here, there } = pair
  const { id, worktree_id } = await pair.session()
  const ann = await here.person('ann')
  const grant = await there.admin.service('grants').create({ worktree_id, user_id: ann.id, level: 'view' })
  const [theirs, ours] = [
    // Who has said so types for as long as the test takes.
    watchPresence(await here.socket(ann.token), id, { typing: 3_600_000 }),
    watchPresence(await there.socket(token), id),
  ]
  for (const watch of [theirs, ours]) await sees(watch, 'admin looking', 'ann looking')
  theirs.say('typing')
  await sees(ours, 'admin looking', 'ann typing')
  // There once, however many daemons one is connected to.
  const also = watchPresence(await there.socket(ann.token), id)
  await sees(also, 'admin looking', 'ann typing')
  also.close()
  ours.say('gone')
  await sees(theirs, 'ann typing')
  ours.say('looking')
  await sees(theirs, 'admin looking', 'ann typing')
  await there.admin.service('grants').remove(grant.id)
  await sees(ours, 'admin looking')
  await sees(theirs)
  for (const watch of [theirs, ours]) watch.close()
})

test('files are left to the daemon on whose host they are', async () => {
  const { here, there } = pair
  const { id, worktree_id } = await pair.session({ permission_mode: 'auto' })
  const ear = await Ear.at(there, token, id)
  const task = await sessions().prompt({ id, prompt: '$ echo made > made.txt' })
  await ear.has(task.id, 'completed')
  const refused = expect.objectContaining({
    code: 409,
    data: expect.objectContaining({ code: 'OTHER_HOST' }),
  })
  await expect(sessions().diff({ id })).rejects.toEqual(refused)
  await expect(sessions().fork({ id })).rejects.toEqual(refused)
  await expect(sessions().spawn({ id, prompt: 'x', worktree: 'new' })).rejects.toEqual(refused)
  await expect(there.admin.service('worktrees').remove(worktree_id)).rejects.toEqual(refused)
  const diff = await here.admin.service('sessions').diff({ id })
  expect(diff).toMatchObject({ files: [{ path: 'made.txt' }] })
  await here.admin.service('worktrees').remove(worktree_id)
})

test('access that is taken at one daemon is gone at the other, and so is whoever is disabled', async () => {
  const { here, there } = pair
  const { id, worktree_id } = await pair.session({ permission_mode: 'auto' })
  const member = await there.person('member')
  const grant = await here.admin.service('grants').create({ worktree_id, user_id: member.id, level: 'view' })
  const [theirs, ours] = [await Ear.at(there, member.token, id), await Ear.at(there, token, id)]
  const first = await here.admin.service('sessions').prompt({ id, prompt: '$ echo seen' })
  await theirs.has(first.id, 'completed')

  await here.admin.service('grants').remove(grant.id)
  const revoked = await theirs.until(({ type }) => type === 'access revoked')
  expect(revoked.row).toEqual({ session_ids: [id], worktree_ids: [] })
  const heard = theirs.heard.length
  const second = await here.admin.service('sessions').prompt({ id, prompt: '$ echo unseen' })
  await ours.has(second.id, 'completed')
  expect(theirs.heard.slice(heard)).toEqual([])

  const closed = new Promise((resolve) => theirs.socket.socket.once('disconnect', resolve))
  await here.admin.service('users').patch(member.id, { disabled: true })
  await closed
})
