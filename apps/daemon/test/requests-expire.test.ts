import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, transports } from './helpers/calls'
import { Watch } from './helpers/watch'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({ limits: { sweep: 20, heartbeat_timeout: 100 } })
})
afterAll(() => yard.stop())

test('a request that nobody answers in the time of its session expires, and the agent hears of it', async () => {
  const { id } = await yard.session((await yard.worktree()).id, yard.admin, { request_expiry: 50 })
  const watch = await Watch.open(yard, id)
  const task = await yard.admin.rest.service('sessions').prompt({ id, prompt: '$ echo made > made.txt' })
  expect(await watch.ended(task.id)).toMatchObject({
    status: 'failed',
    failure_reason: 'request_expired',
    git_state: { files: [] },
  })
  expect([...watch.requests.values()]).toMatchObject([
    { status: 'expired', option_id: null, decided_by: null },
  ])
  expect(watch.statuses).toEqual(expect.arrayContaining(['awaiting_permission', 'running', 'failed']))
})

test.each(transports)(
  'by default it waits; people choose otherwise on the session, over %s',
  async (name) => {
    const transport = openTransport(name, yard.url)
    const { id } = await yard.session((await yard.worktree()).id)
    const patch = (request_expiry: unknown) =>
      transport.call(yard.admin.token, { path: 'sessions', method: 'patch', id, data: { request_expiry } })
    const watch = await Watch.open(yard, id)
    expect(await yard.admin.rest.service('sessions').get(id)).toMatchObject({ request_expiry: null })
    for (const wrong of [0, -1, 1.5, '10', 1e15]) expect((await patch(wrong)).status).toBe(400)
    expect(await patch(3_600_000)).toMatchObject({ status: 200, body: { request_expiry: 3_600_000 } })

    const task = await yard.admin.rest.service('sessions').prompt({ id, prompt: '$ true\n$ false' })
    const first = await watch.pending()
    expect(Date.parse(first.expires_at!) - Date.parse(first.created_at)).toBeGreaterThan(3_590_000)
    expect(await patch(null)).toMatchObject({ status: 200, body: { request_expiry: null } })
    await yard.admin.rest.service('permission-requests').patch(first.id, { option_id: 'allow_once' })
    expect(await watch.pending(first)).toMatchObject({ expires_at: null })
    await yard.admin.rest.service('sessions').stop({ id })
    expect(await watch.ended(task.id)).toMatchObject({ status: 'stopped' })
    transport.close()
  },
)
