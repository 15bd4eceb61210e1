import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, type Transport, transports } from './helpers/calls'
import { startRun } from './helpers/runs'
import { Watch } from './helpers/watch'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

async function asked(more: object = {}) {
  const { id } = await yard.session((await yard.worktree()).id, yard.admin, more)
  const watch = await Watch.open(yard, id)
  const task = await yard.admin.rest.service('sessions').prompt({ id, prompt: '/ask Which branch?' })
  return { id, watch, task }
}

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())
  const answer = (id: string, data: object) =>
    transport.call(yard.admin.token, { path: 'permission-requests', method: 'patch', id, data })

  test('a question of the agent waits for people, and takes what its form takes', async () => {
    const { watch, task } = await asked()
    const request = await watch.pending()
    expect(request).toMatchObject({
      tool_call: null,
      form: { message: 'Which branch?', schema: { required: ['answer'] } },
      options: [{ option_id: 'accept' }, { option_id: 'decline' }],
    })
    expect(watch.tasks.get(task.id)).toMatchObject({ status: 'awaiting_permission' })
    for (const content of [
      undefined,
      {},
      { answer: 1 },
      { answer: '' },
      { answer: 'main', more: 'x' },
      'main',
    ])
      expect(await answer(request.id, { option_id: 'accept', content })).toMatchObject({
        status: 400,
        body: { data: { code: 'INVALID' } },
      })
    expect((await answer(request.id, { option_id: 'decline', content: { answer: 'x' } })).status).toBe(400)
    expect((await answer(request.id, { option_id: 'other' })).body.data.code).toBe('UNKNOWN_OPTION')
    expect(await answer(request.id, { option_id: 'accept', content: { answer: 'main' } })).toMatchObject({
      status: 200,
      body: {
        status: 'selected',
        option_id: 'accept',
        content: { answer: 'main' },
        decided_by: yard.admin.user.id,
      },
    })
    expect((await answer(request.id, { option_id: 'decline' })).body.data.code).toBe('ALREADY_DECIDED')
    expect(await watch.ended(task.id)).toMatchObject({ status: 'completed' })
    expect(watch.texts(task.id, 'text')[0]).toBe('You answered:\nmain')
  })

  test('it can be left unanswered', async () => {
    const { watch, task } = await asked()
    await answer((await watch.pending()).id, { option_id: 'decline' })
    await watch.ended(task.id)
    expect(watch.texts(task.id, 'text')[0]).toBe('The question was not answered: decline.')
  })

  test('what an agent may ask by is checked field by field, whatever it sent', async () => {
    const run = await startRun(yard, (await yard.session((await yard.worktree()).id)).id)
    let number = 0
    const form = async (schema: unknown) => {
      number += 1
      const { body } = await transport.call(run.token, {
        path: 'permission-requests',
        method: 'create',
        data: {
          session_id: run.session_id,
          client_id: `${name}${number}`,
          form: { message: 'Which?', schema },
        },
      })
      return (content: object) =>
        answer(body.id, { option_id: 'accept', content }).then(({ status }) => status)
    }
    const typed = await form({
      properties: {
        count: { type: 'integer', minimum: 1, maximum: 3 },
        colour: { type: 'string', oneOf: [{ const: 'red', title: 'Red' }] },
        tags: { type: 'array', items: { anyOf: [{ const: 'a' }, { const: 'b' }] }, maxItems: 1 },
        sure: { type: 'boolean' },
        // Would take years on a text like this; it is for the agent to look at.
        slow: { type: 'string', pattern: '^(a+)+$' },
      },
      required: ['count'],
    })
    for (const wrong of [
      {},
      { count: 4 },
      { count: 1.5 },
      { count: 1, colour: 'blue' },
      { count: 1, sure: 'yes' },
    ])
      expect(await typed(wrong)).toBe(400)
    for (const wrong of [['c'], ['a', 'b'], 'a']) expect(await typed({ count: 1, tags: wrong })).toBe(400)
    const slow = `${'a'.repeat(50)}!`
    expect(await typed({ count: 2, colour: 'red', tags: ['a'], sure: true, slow })).toBe(200)

    expect(await (await form({ properties: { x: { type: 'string', enum: 'no list' } } }))({ x: 'a' })).toBe(
      400,
    )
    expect(await (await form({ $ref: 'http://127.0.0.1:1/', properties: 5 }))({})).toBe(200)
  })
})

test('a mode in which nobody is asked declines', async () => {
  const { watch, task } = await asked({ permission_mode: 'deny' })
  await watch.ended(task.id)
  expect(watch.texts(task.id, 'text')[0]).toBe('The question was not answered: decline.')
  expect(watch.requests.size).toBe(0)
})
