import { connectRest } from '@yardmaster/client'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, type Transport } from './helpers/calls'
import { startRun } from './helpers/runs'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

/** A session whose only run lost its conversation. */
async function broken(): Promise<{ id: string; task_id: string }> {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id)
  const { task_id, token } = await startRun(yard, id)
  const tasks = connectRest(yard.url, token).service('tasks')
  await tasks.patch(task_id, { agent_session_id: 'lost' })
  await tasks.patch(task_id, { status: 'failed', failure_reason: 'agent_session_lost' })
  return { id, task_id }
}

async function rest(verb: string, path: string): Promise<{ status: number; body: unknown }> {
  const init = verb === 'POST' ? { body: '{}' } : {}
  const headers = { authorization: `Bearer ${yard.admin.token}`, 'content-type': 'application/json' }
  const answer = await fetch(`${yard.url}${path}`, { method: verb, headers, ...init })
  return { status: answer.status, body: await answer.json() }
}

const retired = { invalidated_count: 1, invalidated_session_ids: ['lost'] }
const nothing = { invalidated_count: 0, invalidated_session_ids: [] }

test.each([
  ['the session', ({ id }: { id: string }) => `/sessions/${id}`],
  ['a task of it', ({ task_id }: { task_id: string }) => `/tasks/by-task-id/${task_id}`],
])('over REST, by %s: told, repaired once, then well', async (_, under) => {
  const path = under(await broken())
  expect(await rest('GET', `${path}/has-session-error`)).toMatchObject({ body: { has_session_error: true } })
  expect(await rest('POST', `${path}/fix-sessions`)).toEqual({ status: 200, body: retired })
  expect(await rest('GET', `${path}/has-session-error`)).toMatchObject({ body: { has_session_error: false } })
  expect(await rest('POST', `${path}/fix-sessions`)).toEqual({ status: 200, body: nothing })
})

test('a task is named by the longer path alone', async () => {
  const { task_id } = await broken()
  expect((await rest('GET', `/tasks/${task_id}/has-session-error`)).status).toBe(404)
  expect((await rest('POST', `/tasks/by-task-id/${task_id}/has-session-error`)).status).toBe(405)
})

describe('over socket.io', () => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport('socket.io', yard.url)
  })
  afterAll(() => transport.close())

  test('the same by session and by task', async () => {
    const { id, task_id } = await broken()
    const call = async (path: string, method: string, data: object) =>
      (await transport.call(yard.admin.token, { path, method, data })).body
    expect(await call('tasks', 'has-session-error', { id: task_id })).toEqual({ has_session_error: true })
    expect(await call('sessions', 'fix-sessions', { id })).toEqual(retired)
    expect(await call('tasks', 'fix-sessions', { id: task_id })).toEqual(nothing)
  })
})

test('not while a task executes', async () => {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id)
  await startRun(yard, id)
  expect(await rest('POST', `/sessions/${id}/fix-sessions`)).toMatchObject({
    status: 409,
    body: { data: { code: 'EXECUTING' } },
  })
})
