import { watchRows } from '@yardmaster/client'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon.js'
import { until } from './until.js'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

test('a list goes on by what rooms tell, and is read anew after a lost connection', async () => {
  const worktree = await yard.worktree()
  const first = await yard.session(worktree.id)
  const client = await yard.socket(yard.admin.token)
  const watch = watchRows(client, 'sessions', {
    query: { worktree_id: worktree.id, archived_at: null },
    worktree_ids: [worktree.id],
    matches: ({ worktree_id, archived_at }) => worktree_id === worktree.id && archived_at === null,
  })
  const ids = () => watch.rows?.map(({ id }) => id).join()
  await until(watch, ({ state }) => state === 'live')
  expect(ids()).toBe(first.id)

  const second = await yard.session(worktree.id)
  await until(watch, () => ids() === `${first.id},${second.id}`)
  const { rows } = watch
  const sessions = yard.admin.rest.service('sessions')
  await sessions.patch(second.id, { title: 'renamed' })
  await until(watch, () => watch.rows?.[1]?.title === 'renamed')
  expect(watch.rows?.[0]).toBe(rows?.[0])
  await sessions.patch(first.id, { archived_at: new Date().toISOString() })
  await until(watch, () => ids() === second.id)

  client.socket.io.engine.close()
  await until(watch, ({ state }) => state === 'offline')
  const third = await yard.session(worktree.id)
  await until(watch, ({ state }) => state === 'live')
  await until(watch, () => ids() === `${second.id},${third.id}`)
  watch.close()
  await sessions.patch(second.id, { title: 'unheard' })
  expect(watch.rows?.[0]?.title).toBe('renamed')
})
