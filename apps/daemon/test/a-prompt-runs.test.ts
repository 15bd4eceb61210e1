import { homedir } from 'node:os'
import { relative } from 'node:path'
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

test("a repository may be named from the home of the daemon's user", async () => {
  const repos = yard.admin.rest.service('repos')
  const { id, path } = await yard.repo()
  await repos.remove(id)
  const named = `~/${relative(homedir(), path)}`
  expect(await repos.create({ name: 'again', path: named })).toMatchObject({ path })
})
