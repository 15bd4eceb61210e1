import { connectRest, type SessionWatch, type WatchOptions, watchSession } from '@yardmaster/client'
import type { Message } from '@yardmaster/protocol'
import { ask, finish, say, startRun, type TestRun } from '../../../apps/daemon/test/helpers/runs.js'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon.js'
import { until } from './until.js'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
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
