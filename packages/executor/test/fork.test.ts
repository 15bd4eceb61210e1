import { Scene, shellAgent } from './attempt.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const forkOf = (fork_from: string) => ({
  resume: { agent_session_id: null, work_dir: null, reason: 'forked', fork_from },
})

test('the first run of a fork goes on in a copy of the conversation', async () => {
  await scene.shell('$ true', { session: { permission_mode: 'auto' } }).exit()
  const source = scene.daemon.patched('completed')?.agent_session_id as string
  // The second run names its messages as the first did: to the daemon they would be of another task.
  scene.daemon.messages.length = 0
  await scene.shell('/history', forkOf(source)).exit()
  expect(scene.daemon.texts('text').at(-1)).toContain('true → 0')
  expect(scene.daemon.texts('notice')).toEqual([])
  const ends = scene.daemon.calls.filter(({ body }) => body?.status === 'completed')
  expect(ends.at(-1)?.body.agent_session_id).not.toBe(source)
})

test.each([
  ['cannot fork', 'it cannot fork conversations', () => scene.odd([], forkOf('any'))],
  [
    'would go on where its source works',
    'a copy of it would work in the worktree of the session',
    () => {
      const harness = { command: process.execPath, args: [shellAgent], env: {}, forks_in_place: true }
      return scene.start('/history', harness, forkOf('any'))
    },
  ],
  [
    'does not know the conversation',
    'it answered: No such session',
    () => scene.shell('/history', forkOf('00000000-0000-4000-8000-000000000000')),
  ],
])('an agent that %s begins anew, and the transcript says why', async (_, why, start) => {
  expect(await start().exit()).toBe(0)
  expect(scene.daemon.texts('notice')[0]).toContain(why)
  expect(scene.daemon.patched('completed')).toMatchObject({ agent_session_id: expect.any(String) })
})
