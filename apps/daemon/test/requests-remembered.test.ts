import { randomUUID } from 'node:crypto'
import { connectRest } from '@yardmaster/client'
import type { PermissionRequest } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, type Transport, transports } from './helpers/calls'
import { startRun, type TestRun } from './helpers/runs'
import { Watch } from './helpers/watch'

let yard: TestDaemon
let owner: Person
let viewer: Person
beforeAll(async () => {
  yard = await startTestDaemon()
  owner = await yard.person()
  viewer = await yard.person()
})
afterAll(() => yard.stop())

const option = (kind: string) => ({ option_id: `id-${kind}`, name: kind, kind })
const all = ['allow_once', 'allow_always', 'reject_once', 'reject_always'].map(option)
const command = { kind: 'execute', title: 'bash', raw_input: { command: 'npm test' }, locations: [] }

async function running(): Promise<TestRun> {
  const worktree = await yard.worktree({
    grants: [
      [owner, 'session'],
      [viewer, 'view'],
    ],
  })
  return startRun(yard, (await yard.session(worktree.id, owner)).id, owner)
}

const request = (run: TestRun, tool_call: object = command, options: object[] = all) =>
  connectRest(yard.url, run.token)
    .service('permission-requests')
    .create({ session_id: run.session_id, client_id: randomUUID(), tool_call, options })

const decide = ({ id }: PermissionRequest, option_id: string) =>
  owner.rest.service('permission-requests').patch(id, { option_id })

const statusOf = async (run: TestRun) => (await owner.rest.service('tasks').get(run.task_id)).status

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  test('"always" answers the next request like it at once, is shown, and can be taken back', async () => {
    const run = await running()
    await transport.call(owner.token, {
      path: 'permission-requests',
      method: 'patch',
      id: (await request(run)).id,
      data: { option_id: 'id-allow_always' },
    })
    expect(await statusOf(run)).toBe('running')

    const list = await transport.call(viewer.token, {
      path: 'allowances',
      method: 'find',
      query: { session_id: run.session_id },
    })
    expect(list.body.data).toMatchObject([
      {
        kind: 'execute',
        title: 'bash',
        subject: command.raw_input,
        option_kind: 'allow_always',
        option_name: 'allow_always',
        created_by: owner.user.id,
      },
    ])
    const { id } = list.body.data[0]
    expect(await request(run)).toMatchObject({
      status: 'selected',
      option_id: 'id-allow_always',
      decided_by: owner.user.id,
      allowance_id: id,
      expires_at: null,
    })
    expect(await statusOf(run)).toBe('running')

    const remove = { path: 'allowances', method: 'remove', id }
    expect((await transport.call(viewer.token, remove)).status).toBe(403)
    expect((await transport.call((await yard.person()).token, remove)).status).toBe(404)
    expect((await transport.call(owner.token, { ...remove, method: 'get' })).body).toMatchObject({ id })
    expect(await transport.call(owner.token, remove)).toMatchObject({ status: 200, body: { id } })
    expect((await transport.call(owner.token, remove)).status).toBe(404)
    expect(await request(run)).toMatchObject({ status: 'pending', allowance_id: null })
    expect(await statusOf(run)).toBe('awaiting_permission')
  })

  test('nobody writes an allowance but by deciding a request', async () => {
    const run = await running()
    for (const method of ['create', 'patch'])
      expect(
        (
          await transport.call(owner.token, {
            path: 'allowances',
            method,
            ...(method === 'patch' ? { id: randomUUID() } : {}),
            data: { session_id: run.session_id },
          })
        ).status,
      ).toBeGreaterThanOrEqual(400)
  })

  test('an executor takes back its own request and no other, and answers none', async () => {
    const [run, other] = [await running(), await running()]
    const patch = (token: string, id: string, data: object) =>
      transport.call(token, { path: 'permission-requests', method: 'patch', id, data })
    const asked = await request(run)
    expect((await patch(other.token, asked.id, { status: 'cancelled' })).status).toBe(404)
    expect((await patch(run.token, asked.id, { option_id: 'id-allow_once' })).status).toBe(400)
    expect((await patch(owner.token, asked.id, { status: 'cancelled' })).status).toBe(400)
    const cancelled = { status: 200, body: { status: 'cancelled', option_id: null } }
    expect(await patch(run.token, asked.id, { status: 'cancelled' })).toMatchObject(cancelled)
    expect(await statusOf(run)).toBe('running')
    expect(await patch(run.token, asked.id, { status: 'cancelled' })).toMatchObject(cancelled)
    expect((await patch(owner.token, asked.id, { option_id: 'id-allow_once' })).body.data.code).toBe(
      'ALREADY_DECIDED',
    )
    const decided = await request(run)
    await decide(decided, 'id-allow_once')
    expect((await patch(run.token, decided.id, { status: 'cancelled' })).body.data.code).toBe(
      'ALREADY_DECIDED',
    )
  })
})

test('another command, another session, or an answer for once are asked', async () => {
  const run = await running()
  await decide(await request(run), 'id-allow_once')
  expect((await request(run)).status).toBe('pending')
  await decide(await request(run), 'id-allow_always')
  const { status } = await request(run, { ...command, raw_input: { command: 'rm -rf .' } })
  expect(status).toBe('pending')
  expect((await request(run, { ...command, kind: 'other' })).status).toBe('pending')
  expect((await request(await running())).status).toBe('pending')
})

test('for files the file counts, whatever is written into it', async () => {
  const run = await running()
  const edit = (path: string, text: string) => ({
    kind: 'edit',
    title: 'edit',
    locations: [{ path }],
    raw_input: { text },
  })
  await decide(await request(run, edit('/a.ts', '1')), 'id-allow_always')
  expect((await request(run, edit('/a.ts', '2'))).status).toBe('selected')
  expect((await request(run, edit('/b.ts', '1'))).status).toBe('pending')
})

test('"never" is remembered too, and told by the option that the request has', async () => {
  const run = await running()
  await decide(await request(run), 'id-reject_always')
  expect(await request(run, command, [option('allow_once'), option('reject_once')])).toMatchObject({
    status: 'selected',
    option_id: 'id-reject_once',
  })
  expect((await request(run, command, [option('allow_once')])).status).toBe('pending')
})

test('what is too long to be told from others is not remembered', async () => {
  const run = await running()
  const long = { ...command, raw_input: { command: 'x'.repeat(10_000) } }
  await decide(await request(run, long), 'id-allow_always')
  expect((await request(run, long)).status).toBe('pending')
})

test('both are in the log', async () => {
  const run = await running()
  await decide(await request(run), 'id-allow_always')
  const { data } = await owner.rest.service('allowances').find({ query: { session_id: run.session_id } })
  await owner.rest.service('allowances').remove(data[0]!.id)
  const events = await owner.rest.service('session-events').find({ query: { session_id: run.session_id } })
  expect(events.data.map(({ seq }) => seq)).toEqual(events.data.map((_, at) => at + 1))
  expect(events.data.filter(({ type }) => type.startsWith('allowances'))).toMatchObject([
    { type: 'allowances created', data: { id: data[0]!.id } },
    { type: 'allowances removed', data: { id: data[0]!.id } },
  ])
})

test('an agent that asks again is answered without anybody, and asks people again once that is taken back', async () => {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id)
  const watch = await Watch.open(yard, id)
  const sessions = yard.admin.rest.service('sessions')
  const prompt = () => sessions.prompt({ id, prompt: '$ echo more >> made.txt' })

  const first = await prompt()
  const { id: request_id } = await watch.pending()
  await yard.admin.rest.service('permission-requests').patch(request_id, { option_id: 'allow_always' })
  await watch.ended(first.id)

  watch.statuses.length = 0
  const second = await watch.ended((await prompt()).id)
  expect(second).toMatchObject({ status: 'completed', git_state: { files: [{ path: 'made.txt' }] } })
  expect(watch.statuses).not.toContain('awaiting_permission')
  expect(watch.requests.size).toBe(2)

  const allowances = yard.admin.rest.service('allowances')
  const { data } = await allowances.find({ query: { session_id: id } })
  await allowances.remove(data[0]!.id)
  const third = await prompt()
  await watch.pending()
  await sessions.stop({ id })
  expect(await watch.ended(third.id)).toMatchObject({ status: 'stopped' })
})
