import { Scene } from './attempt.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const chunk = { update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'so far' } } }

/** No ending was told or spooled: `stopped` is for the runtime to say. */
function expectNothingSaid(): void {
  const said = scene.daemon.named('PATCH tasks').map(({ body }) => body.status ?? null)
  expect(said).toEqual(['running', null])
  expect(scene.spooled()).toBeNull()
}

test('a stop cancels the agent, tells what there is, and leaves no process', async () => {
  const prompt = '$ echo made > made.txt; sleep 300 & setsid sleep 300'
  const attempt = scene.shell(prompt, { session: { permission_mode: 'auto' } })
  const { daemon } = scene
  await daemon.until(() => daemon.messages.some(({ content }) => /in_progress/.test(JSON.stringify(content))))
  // Told before its shell is started.
  await scene.made('made.txt')
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expect(attempt.processes()).toEqual([])
  expectNothingSaid()
  expect(daemon.named('PATCH tasks')[1]?.body).toMatchObject({
    agent_session_id: expect.any(String),
    git_state: { end: { dirty: true }, files: [{ path: 'made.txt' }] },
  })
  expect(daemon.messages.every(({ status }) => status === 'final')).toBe(true)
  expect(daemon.messages[0]?.content[0]).toMatchObject({ status: 'failed' })
})

test('a stop while a person is asked cancels the question', async () => {
  const attempt = scene.shell('$ true')
  await scene.daemon.until(() => scene.daemon.requests[0])
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expectNothingSaid()
})

test('a stop of a harness that heeds no cancel ends it all the same', async () => {
  const attempt = scene.odd([chunk, { hang: true }])
  await scene.daemon.until(() => scene.daemon.messages[0])
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expect(attempt.processes()).toEqual([])
  expectNothingSaid()
  expect(scene.daemon.texts('text')).toEqual(['so far'])
})

test('a stop that comes too late for the agent is beaten by its ending', async () => {
  const attempt = scene.odd([chunk, { wait: 'end_turn' }])
  await scene.daemon.until(() => scene.daemon.messages[0])
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expect(scene.daemon.patched('completed')).toBeDefined()
})

test('a stop before the harness has opened its session ends it', async () => {
  const attempt = scene.shell('Hello', {
    harness: { command: 'sh', args: ['-c', 'echo up >> "$UP"; exec sleep 300'], env: { UP: scene.log } },
  })
  await scene.logged('up')
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expect(attempt.processes()).toEqual([])
  expect(scene.daemon.named('PATCH tasks').map(({ body }) => body.status)).toEqual([undefined])
})

test('a stop while the daemon is away ends in time for the runtime', async () => {
  const attempt = scene.odd([chunk, { wait: 'cancelled' }])
  await scene.daemon.until(() => scene.daemon.messages[0])
  await scene.daemon.stop()
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expect(attempt.processes()).toEqual([])
})

test('a second stop quits at once, with everything', async () => {
  const attempt = scene.odd([chunk, { hang: true }])
  await scene.daemon.until(() => scene.daemon.messages[0])
  attempt.terminate()
  await scene.logged('told to stop')
  attempt.terminate()
  expect(await attempt.exit()).toBe(1)
  await attempt.gone()
})

test('a start refused because of a stop waits for that stop and runs nothing', async () => {
  scene.daemon.refuse = ({ name, body }) =>
    name === 'PATCH tasks' && body.status === 'running' ? 'INVALID_TRANSITION' : null
  const attempt = scene.shell('$ echo made > made.txt', { session: { permission_mode: 'auto' } })
  await scene.daemon.until(() => scene.daemon.patched('running'))
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expectNothingSaid()
  expect(scene.daemon.messages).toEqual([])
})
