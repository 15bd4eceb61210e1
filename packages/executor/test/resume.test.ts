import { Scene } from './attempt.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const earlier = (agent_session_id: string) => ({ agent_session_id, work_dir: null, reason: 'prior run here' })
const canResume = { sessionCapabilities: { resume: {} } }

test('a conversation is resumed under its id', async () => {
  await scene.shell('remember this').exit()
  const id = String(scene.daemon.patched('completed')?.agent_session_id)
  scene.daemon.messages.length = 0
  scene.daemon.calls.length = 0
  await scene.shell('/history', { resume: earlier(id) }).exit()
  expect(scene.daemon.patched('completed')).toMatchObject({ agent_session_id: id })
  expect(scene.daemon.texts('text')).toEqual(['1. remember this'])
  expect(scene.daemon.texts('notice')).toEqual([])
})

test('what a harness tells again while it loads a conversation is not stored again', async () => {
  const setting = { resume: earlier('odd-session') }
  await scene.odd([], setting, { capabilities: { loadSession: true } }).exit()
  expect(scene.daemon.messages).toEqual([])
  expect(scene.daemon.patched('completed')).toMatchObject({ agent_session_id: 'odd-session' })
})

test('a refused resume goes on with a new session, and the transcript says so', async () => {
  await scene.shell('Hello', { resume: earlier('00000000-0000-4000-8000-000000000000') }).exit()
  const { daemon } = scene
  expect(daemon.messages[0]).toMatchObject({ type: 'notice', role: 'system', status: 'final' })
  expect(daemon.texts('notice')[0]).toMatch(/could not continue the earlier conversation: .*No such session/)
  expect(daemon.patched('completed')?.agent_session_id).not.toBe('00000000-0000-4000-8000-000000000000')
})

test('so does a harness that cannot continue conversations at all', async () => {
  await scene.odd([], { resume: earlier('another') }).exit()
  expect(scene.daemon.texts('notice')).toEqual([
    'The agent could not continue the earlier conversation: it cannot continue conversations. It starts anew, without the history.',
  ])
  expect(scene.daemon.patched('completed')).toMatchObject({ agent_session_id: 'odd-session' })
})

test('a resume refused for want of a sign-in is no lost history', async () => {
  const error = { code: -32000, message: 'Authentication required' }
  await scene.odd([], { resume: earlier('another') }, { capabilities: canResume, resume: error }).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({ failure_reason: 'sign_in_needed' })
})

test('a conversation that is found lost when the prompt was sent fails the task by that name', async () => {
  const steps = [{ error: { code: -32002, message: 'Resource not found' } }]
  await scene.odd(steps, { resume: earlier('another') }, { capabilities: canResume }).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({
    failure_reason: 'agent_session_lost',
    agent_session_id: 'another',
  })
})
