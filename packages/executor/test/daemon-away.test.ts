import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { Scene } from './attempt.js'
import type { Call } from './recording-daemon.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const call = (number: number) => ({
  update: {
    sessionUpdate: 'tool_call',
    toolCallId: `c${number}`,
    title: `call ${number}`,
    status: 'completed',
  },
})
const titles = (count: number) => Array.from({ length: count }, (_, number) => `call ${number}`)
const ask = { ask: [{ toolCallId: 'q', title: 'Go on?' }] }
const toldTitles = () =>
  scene.daemon.messages.flatMap(({ content }) =>
    content.map((block) => ('title' in block ? block.title : '')),
  )

test('a daemon that was away in the middle of the stream gets every message once, in order', async () => {
  const attempt = scene.odd([...titles(50).map((_, number) => call(number)), { wait: 'end_turn' }])
  const { daemon } = scene
  // Answered no more from the tenth on: stored, and the answer lost.
  let answered = 0
  daemon.refuse = ({ name }) => (name === 'POST messages' && ++answered > 10 ? 'lose' : null)
  await daemon.until(() => daemon.messages.length === 11)
  await daemon.stop()
  daemon.refuse = () => null
  await daemon.start()
  await daemon.until(() => daemon.messages.length === 50)
  attempt.terminate()
  expect(await attempt.exit()).toBe(0)
  expect(toldTitles()).toEqual(titles(50))
  expect(daemon.patched('completed')).toBeDefined()
})

test('a decision made while the daemon restarts reaches the agent', async () => {
  const attempt = scene.odd([ask])
  const { daemon } = scene
  const request = await daemon.until(() => daemon.requests[0])
  await daemon.stop()
  daemon.decide(request, 'allow_once')
  await daemon.start()
  await attempt.exit()
  expect(daemon.texts('text')).toEqual(['id-allow_once'])
})

test('an ending that nobody answers lies in the spool, and goes when it was accepted', async () => {
  const attempt = scene.odd([call(0)])
  const { daemon } = scene
  daemon.refuse = (it) => (isEnding(it) ? 'UNAVAILABLE' : null)
  await daemon.until(() => daemon.named('PATCH tasks').filter(isEnding).length > 1)
  expect(scene.spooled()).toEqual({
    task_id: scene.taskId,
    attempt: 1,
    patch: daemon.patched('completed'),
  })
  daemon.refuse = () => null
  expect(await attempt.exit()).toBe(0)
  expect(scene.spooled()).toBeNull()
})

test('an ending that the token no longer opens stays in the spool for the runtime', async () => {
  const attempt = scene.odd([call(0)])
  scene.daemon.refuse = (it) => (isEnding(it) ? 'NOT_AUTHENTICATED' : null)
  expect(await attempt.exit()).toBe(1)
  expect(scene.spooled()?.patch).toMatchObject({ status: 'completed' })
})

test.each(['TASK_TERMINAL', 'NOT_FOUND', 'FENCED'] as const)(
  'an ending answered %s is put aside',
  async (code) => {
    const attempt = scene.odd([call(0)])
    scene.daemon.refuse = (it) => (isEnding(it) ? code : null)
    expect(await attempt.exit()).toBe(0)
    expect(scene.spooled()).toBeNull()
    expect(scene.spooled(scene.refusedFile)?.patch).toMatchObject({ status: 'completed' })
  },
)

test('an attempt that is fenced off ends with its processes and says no more', async () => {
  const attempt = scene.shell('$ setsid sleep 300 & while sleep 0.1; do echo more; done', {
    session: { permission_mode: 'auto' },
  })
  const { daemon } = scene
  await daemon.until(() =>
    daemon.named('PATCH messages').some(({ body }) => /in_progress/.test(JSON.stringify(body))),
  )
  daemon.refuse = () => 'FENCED'
  expect(await attempt.exit()).toBe(0)
  expect(attempt.processes()).toEqual([])
  expect(daemon.patched('completed') ?? daemon.patched('failed')).toBeUndefined()
  expect(scene.spooled()).toBeNull()
})

test('one message that is refused does not take the others with it', async () => {
  const attempt = scene.odd([call(0), call(1), call(2)])
  scene.daemon.refuse = ({ name, body }) =>
    name === 'POST messages' && body.client_id === 'tool:c1' ? 'INVALID' : null
  await attempt.exit()
  expect(toldTitles()).toEqual(['call 0', 'call 2'])
  expect(scene.daemon.patched('completed')).toBeDefined()
})

test('a harness that talks faster than the daemon listens is held back, and nothing is lost', async () => {
  const attempt = scene.odd([{ calls: 400 }, { touch: join(scene.worktree, 'all-written') }])
  const { daemon } = scene
  daemon.refuse = ({ name }) => (name === 'POST messages' ? 'UNAVAILABLE' : null)
  await daemon.until(() => daemon.named('POST messages').length > 4)
  expect(existsSync(join(scene.worktree, 'all-written'))).toBe(false)
  daemon.refuse = () => null
  await attempt.exit()
  expect(toldTitles()).toEqual(titles(400))
})

function isEnding({ name, body }: Call): boolean {
  return name === 'PATCH tasks' && body.status !== 'running'
}
