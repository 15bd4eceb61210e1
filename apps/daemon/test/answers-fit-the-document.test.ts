import {
  isTerminal,
  type Message,
  type PermissionRequest,
  type Session,
  type SessionDiff,
  type Setting,
  type Task,
  type WorktreeAccess,
  type WorktreeDisk,
} from '@yardmaster/protocol'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { OpenApi } from './helpers/document'

let yard: TestDaemon
let document: OpenApi

beforeAll(async () => {
  yard = await startTestDaemon()
  document = await OpenApi.of(yard.url)
})
afterAll(() => yard?.stop())

/** Calls over REST, and holds the answer against the response that the document has for its status. */
async function answerOf(
  verb: string,
  path: string,
  template: string,
  body?: object,
  token = yard.admin.token,
) {
  const answer = await fetch(yard.url + path, {
    method: verb,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
  const data = await answer.json()
  const shown = `${verb} ${path}: ${answer.status} ${JSON.stringify(data)}`
  expect([shown, document.problems(verb, template, answer.status, data)]).toEqual([shown, []])
  return { status: answer.status, data, shown }
}

/** The answer of a call that succeeds. */
async function call<Answer>(...args: Parameters<typeof answerOf>): Promise<Answer> {
  const { status, data, shown } = await answerOf(...args)
  expect([shown, Math.floor(status / 100)]).toEqual([shown, 2])
  return data as Answer
}
const refusal = async (...args: Parameters<typeof answerOf>) => (await answerOf(...args)).status

test('people and places', async () => {
  const { admin, person, worktree } = yard
  const member = await person()
  const { id, repo_id } = await worktree({ grants: [[member, 'view']] })

  await call('GET', '/users', '/users')
  await call('GET', '/users', '/users', undefined, member.token)
  await call('GET', `/users/${admin.user.id}`, '/users/{id}')
  await call('GET', `/users/${admin.user.id}`, '/users/{id}', undefined, member.token)
  await call('PATCH', `/users/${member.user.id}`, '/users/{id}', { name: 'Another name' })
  await call('GET', '/repos?$sort[created_at]=-1&$total=false', '/repos')
  await call('GET', `/repos/${repo_id}`, '/repos/{id}')
  await call('GET', `/worktrees?repo_id[$in][]=${repo_id}`, '/worktrees')
  await call('GET', `/worktrees/${id}`, '/worktrees/{id}')
  const access = await call<WorktreeAccess>('GET', `/worktrees/${id}/access`, '/worktrees/{id}/access')
  expect(access.people.map(({ user, level }) => [user.id, level])).toEqual([
    [admin.user.id, 'owner'],
    [member.user.id, 'view'],
  ])
  const disk = await call<WorktreeDisk>('GET', `/worktrees/${id}/disk`, '/worktrees/{id}/disk')
  expect(disk.complete).toBe(true)
  const { data: settings } = await call<{ data: Setting[] }>('GET', '/settings', '/settings')
  const from = Object.fromEntries(settings.map(({ name, ...rest }) => [name, rest]))
  expect(from).toMatchObject({
    YARDMASTER_HOME: { from: 'environment' },
    YARDMASTER_RECONNECT_GRACE: { value: '15min', from: 'default' },
    YARDMASTER_ADMIN_PASSWORD: { value: '(set, hidden)', from: 'environment' },
  })
  const stranger = await person('viewer')
  const ofStranger = `/worktrees/${id}/access?user_id=${stranger.user.id}`
  const none = await call<WorktreeAccess>(
    'GET',
    ofStranger,
    '/worktrees/{id}/access',
    undefined,
    member.token,
  )
  expect(none.people).toMatchObject([{ level: 'none', because: [] }])
  expect(await refusal('GET', ofStranger, '/worktrees/{id}/access', undefined, stranger.token)).toBe(404)
  await call('PATCH', `/worktrees/${id}`, '/worktrees/{id}', { others_can: 'view' })
  await call('GET', '/grants', '/grants')
  await call('GET', '/runtimes', '/runtimes')
})

test('signing in and out', async () => {
  const { user } = await yard.person()
  const credentials = { strategy: 'local', email: user.email, password: 'a password for tests' }
  const { accessToken } = await call<{ accessToken: string }>(
    'POST',
    '/authentication',
    '/authentication',
    credentials,
  )
  await call('DELETE', '/authentication', '/authentication', undefined, accessToken)
  const wrong = { ...credentials, password: 'not the password' }
  expect(await refusal('POST', '/authentication', '/authentication', wrong)).toBe(401)
})

test('a session, its task and its transcript', async () => {
  const { admin } = yard
  const worktree = await yard.worktree()
  const body = { worktree_id: worktree.id, harness: 'shell' }
  const session = await call<Session>('POST', '/sessions', '/sessions', body)
  const socket = await yard.socket(admin.token)
  const asked = new Promise<PermissionRequest>((resolve) =>
    socket.service('permission-requests').on('created', resolve),
  )
  const ended = new Promise<Task>((resolve) => {
    socket.service('tasks').on('patched', (task) => {
      if (isTerminal(task.status)) resolve(task)
    })
  })
  await socket.service('subscriptions').create({ session_id: session.id })

  const at = `/sessions/${session.id}`
  const prompt = { prompt: '$ echo hi > f.txt' }
  const task = await call<Task>('POST', `${at}/prompt`, '/sessions/{id}/prompt', prompt)
  // A run that fails before it asks is told as such, not waited for.
  const request = await Promise.race([asked, ended])
  expect(request).toMatchObject({ status: 'pending' })
  const { id, options } = await asked
  await call('GET', `/permission-requests/${id}?wait=0`, '/permission-requests/{id}')
  const decision = { option_id: options[0]?.option_id }
  await call('PATCH', `/permission-requests/${id}`, '/permission-requests/{id}', decision)
  expect(await ended).toMatchObject({ status: 'completed', error: null })
  await call('GET', `/tasks/${task.id}`, '/tasks/{id}')
  await call('GET', `/tasks?session_id=${session.id}`, '/tasks')
  const messages = (await call<{ data: Message[] }>('GET', `/messages?session_id=${session.id}`, '/messages'))
    .data
  expect(messages.length).toBeGreaterThan(1)
  await call('GET', `/messages?session_id=${session.id}&seq[$gt]=1`, '/messages')
  await call('GET', `/messages/${messages[0]?.id}`, '/messages/{id}')
  await call('GET', `/permission-requests?session_id=${session.id}`, '/permission-requests')
  await call('GET', `/session-events?session_id=${session.id}&after=2`, '/session-events')
  await call('GET', '/sessions?$or[0][status]=idle&$or[1][status]=queued', '/sessions')
  await call('GET', at, '/sessions/{id}')
  await call('GET', `${at}/info`, '/sessions/{id}/info')
  const diff = await call<SessionDiff>('GET', `${at}/diff`, '/sessions/{id}/diff')
  expect(diff.files).toMatchObject([{ path: 'f.txt', status: 'added' }])
  await call('GET', `${at}/diff?task_id=${task.id}`, '/sessions/{id}/diff')
  expect(await refusal('POST', `${at}/stop`, '/sessions/{id}/stop', {})).toBe(409)
})

test('failures, and health', async () => {
  const member = await yard.person()
  const { id } = await yard.worktree()
  const missing = `/worktrees/${id}`
  expect(await refusal('GET', missing, '/worktrees/{id}', undefined, member.token)).toBe(404)
  expect(await refusal('GET', '/users?email=x', '/users')).toBe(400)
  expect(await refusal('GET', '/users', '/users', undefined, 'no token')).toBe(401)
  const user = { email: 'x@example.com', name: 'X', password: 'long enough' }
  expect(await refusal('POST', '/users', '/users', user, member.token)).toBe(403)
  const large = { name: 'x'.repeat(1_100_000), path: '/' }
  expect(await refusal('POST', '/repos', '/repos', large)).toBe(413)
  await call('GET', '/healthz', '/healthz')
  await call('GET', '/readyz', '/readyz')
})

test('a query is written as the parameters say', async () => {
  const written = ['$select[]', '$limit', '$sort', '$or[0]']
  const names = document.paths['/users']?.get?.parameters?.map(({ name }) => name)
  expect(names).toEqual(expect.arrayContaining(written))
  const query = `$select[]=name&$limit=1&$sort[id]=1&$or[0][id]=${yard.admin.user.id}`
  const answer = await fetch(`${yard.url}/users?${query}`, {
    headers: { authorization: `Bearer ${yard.admin.token}` },
  })
  const { id, name } = yard.admin.user
  expect(await answer.json()).toEqual({ total: 1, limit: 1, skip: 0, data: [{ id, name }] })
})
