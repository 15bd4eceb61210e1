import {
  connectRest,
  type PresenceWatch,
  type SessionWatch,
  type WatchOptions,
  watchPresence,
  watchSession,
} from '@yardmaster/client'
import type { Message } from '@yardmaster/protocol'
import { ask, finish, say, startRun, type TestRun } from '../../../apps/daemon/test/helpers/runs.js'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon.js'
import { until } from './until.js'

let yard: TestDaemon
beforeAll(async () => {
  // What is found here, no `head` has led to.
  yard = await startTestDaemon({ pace: { head: 3_600_000 } })
})
afterAll(() => yard.stop())

let run: TestRun
let watches: SessionWatch[] = []
beforeEach(async () => {
  const { id } = await yard.session((await yard.worktree()).id)
  run = await startRun(yard, id)
})
afterEach(() => {
  for (const { close } of watches) close()
  watches = []
})

const watch = async (options?: WatchOptions): Promise<SessionWatch> => {
  const one = watchSession(await yard.socket(yard.admin.token), run.session_id, options)
  watches.push(one)
  return one
}

const textsOf = (messages: readonly Message[] = []) =>
  messages.map(({ content }) => content.map((block) => (block as { text?: string }).text).join('|'))

test('the view is the session, its tasks, messages and requests, and goes on with them', async () => {
  await say(yard, run, 'before')
  const watched = await watch()
  await until(watched, ({ state }) => state === 'live')
  expect(textsOf(watched.view?.messages)).toEqual(['a prompt', 'before'])
  expect(watched.view?.tasks).toMatchObject([{ id: run.task_id, status: 'running' }])
  const { tasks, session } = watched.view!

  await say(yard, run, 'after')
  await until(watched, ({ view }) => view?.messages.length === 3)
  expect(textsOf(watched.view?.messages)).toEqual(['a prompt', 'before', 'after'])
  // What stayed is the same object.
  expect(watched.view?.tasks).toBe(tasks)
  expect(watched.view?.session).toBe(session)

  const request = await ask(yard, run)
  await until(watched, ({ view }) => view?.tasks[0]?.status === 'awaiting_permission')
  expect(watched.view?.requests).toMatchObject([{ id: request, status: 'pending' }])
  await yard.admin.rest.service('permission-requests').patch(request, { option_id: 'yes' })
  await finish(yard, run)
  await until(watched, ({ view }) => view?.session.status === 'idle')
  expect(watched.view?.requests).toMatchObject([{ status: 'selected' }])
  expect(watched.view?.last_seq).toBe(
    (await yard.admin.rest.service('sessions').get(run.session_id)).last_seq,
  )
})

test('a window of messages, and those before it when they are asked for', async () => {
  for (const text of ['one', 'two', 'three', 'four']) await say(yard, run, text)
  const watched = await watch({ window: 2 })
  await until(watched, ({ state }) => state === 'live')
  expect(textsOf(watched.view?.messages)).toEqual(['three', 'four'])
  expect(watched.view?.has_earlier).toBe(true)

  await watched.load_earlier()
  expect(textsOf(watched.view?.messages)).toEqual(['one', 'two', 'three', 'four'])
  await watched.load_earlier()
  expect(textsOf(watched.view?.messages)).toEqual(['a prompt', 'one', 'two', 'three', 'four'])
  expect(watched.view?.has_earlier).toBe(false)
})

test('who may not see the session is told so, and so is whoever watches it when it is removed', async () => {
  const stranger = await yard.person()
  const refused = watchSession(await yard.socket(stranger.token), run.session_id)
  await until(refused, ({ state }) => state === 'ended')
  expect(refused.error).toMatchObject({ data: { code: 'NOT_FOUND' } })

  const watched = await watch()
  await finish(yard, run)
  await until(watched, ({ view }) => view?.session.status === 'idle')
  await yard.admin.rest.service('sessions').remove(run.session_id)
  await until(watched, ({ state }) => state === 'ended')
  expect(watched.error).toMatchObject({ data: { code: 'NOT_FOUND' } })
})

test('live text is shown as it comes, and that which is ahead is fetched', async () => {
  const messages = connectRest(yard.url, run.token).service('messages')
  const { id } = await messages.create({
    session_id: run.session_id,
    client_id: 'grows',
    type: 'text',
    role: 'agent',
    status: 'streaming',
    content: [{ type: 'text', text: 'Hel' }],
  })
  const watched = await watch({ refetch: 10 })
  await until(watched, ({ state }) => state === 'live')
  const last = () => textsOf(watched.view?.messages).at(-1)
  await messages.chunk({ id, block: 0, offset: 3, text: 'lo' })
  await until(watched, () => last() === 'Hello')
  // "Hello, " was stored, and nobody was told.
  await messages.patch(id, { status: 'streaming', content: [{ type: 'text', text: 'Hello, ' }] })
  await messages.chunk({ id, block: 0, offset: 7, text: 'yard' })
  await until(watched, () => last() === 'Hello, yard')
  await messages.patch(id, { status: 'final', content: [{ type: 'text', text: 'Bye' }] })
  await until(watched, () => last() === 'Bye')
})

test('who was away for longer than the log goes back reads the rows anew', async () => {
  const client = await yard.socket(yard.admin.token)
  const watched = watchSession(client, run.session_id)
  watches.push(watched)
  await until(watched, ({ state }) => state === 'live')
  const [task] = watched.view!.tasks
  client.socket.disconnect()
  await say(yard, run, 'unheard')
  await say(yard, run, 'unheard too')
  await yard.database.db.query({
    text: `with gone as (delete from session_events where session_id = $1 returning seq)
           update sessions set trimmed_seq = (select max(seq) from gone) where id = $1`,
    values: [run.session_id],
  })
  client.socket.connect()
  await until(watched, ({ state }) => state === 'live')
  expect(textsOf(watched.view?.messages)).toEqual(['a prompt', 'unheard', 'unheard too'])
  // From the log, what did not change would have stayed the same object.
  expect(watched.view?.tasks).toEqual([task])
  expect(watched.view?.tasks[0]).not.toBe(task)
  await say(yard, run, 'heard')
  await until(watched, ({ view }) => view?.messages.length === 4)
})

test('the output of a tool call is shown as it grows', async () => {
  const messages = connectRest(yard.url, run.token).service('messages')
  const call = (...output: string[]) => ({
    status: 'streaming',
    content: [{ type: 'tool_call', tool_call_id: 'c', title: 'work', content: output }],
  })
  const watched = await watch({ refetch: 10 })
  await until(watched, ({ state }) => state === 'live')
  const { id } = await messages.create({
    ...{ session_id: run.session_id, client_id: 'call', type: 'tool_call', role: 'agent' },
    ...call(),
  })
  const shown = () =>
    (watched.view?.messages.at(-1)?.content[0] as { content?: string[] } | undefined)?.content
  for (const lines of [['one'], ['one', 'two']]) {
    await messages.patch(id, call(...lines))
    await until(watched, () => String(shown()) === String(lines))
  }
  await messages.patch(id, { status: 'final' })
  await until(watched, ({ view }) => view?.messages.at(-1)?.status === 'final')
  expect(shown()).toEqual(['one', 'two'])
})

test('who is there is shown, over a lost connection and until the access is lost', async () => {
  const bob = await yard.person()
  const { worktree_id } = await yard.admin.rest.service('sessions').get(run.session_id)
  const { id: grant } = await yard.admin.rest
    .service('grants')
    .create({ worktree_id, user_id: bob.user.id, level: 'view' })
  const at = async (token: string, typing?: number) => {
    const client = await yard.socket(token)
    return { client, here: watchPresence(client, run.session_id, typing ? { typing } : {}) }
  }
  const { client, here } = await at(yard.admin.token, 500)
  const { here: there } = await at(bob.token)
  const [us, them] = [yard.admin.user.id, bob.user.id]
  const sees = (watch: PresenceWatch, wanted: Record<string, string>) =>
    until(watch, ({ people }) => {
      const found = Object.fromEntries(people.map(({ user_id, state }) => [user_id, state]))
      return JSON.stringify(found, [us, them]) === JSON.stringify(wanted, [us, them])
    })
  await sees(here, { [us]: 'looking', [them]: 'looking' })
  await sees(there, { [us]: 'looking', [them]: 'looking' })

  // As it is said at every key, and no more when nobody writes.
  const keys = setInterval(() => here.say('typing'), 20)
  await sees(there, { [us]: 'typing', [them]: 'looking' })
  clearInterval(keys)
  await sees(there, { [us]: 'looking', [them]: 'looking' })

  client.socket.io.engine.close()
  await sees(here, {})
  await sees(here, { [us]: 'looking', [them]: 'looking' })
  there.say('gone')
  await sees(here, { [us]: 'looking' })
  await sees(there, { [us]: 'looking' })
  there.say('looking')
  await sees(here, { [us]: 'looking', [them]: 'looking' })

  await yard.admin.rest.service('grants').remove(grant)
  await sees(there, {})
  await sees(here, { [us]: 'looking' })
  for (const one of [here, there]) one.close()
})
