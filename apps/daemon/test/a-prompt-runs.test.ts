import { asUsersGetIt, startTestDaemon, type TestDaemon } from '../../../test/daemon'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({ env: asUsersGetIt })
})
afterAll(() => yard.stop())

test('a prompt runs', async () => {
  const worktree = await yard.worktree()
  const session = await yard.session(worktree.id, yard.admin, { permission_mode: 'auto' })
  const socket = await yard.socket(yard.admin.token)
  const ended = new Promise((resolve) => {
    socket.service('tasks').on('patched', (task) => {
      if (task.status === 'completed') resolve(task)
    })
  })
  await socket.service('subscriptions').create({ session_id: session.id })
  await socket.service('sessions').prompt({ id: session.id, prompt: '$ echo hi > f.txt' })
  expect(await ended).toMatchObject({ git_state: { files: [{ path: 'f.txt' }] } })
})
