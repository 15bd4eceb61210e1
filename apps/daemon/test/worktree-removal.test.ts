import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { inBetween, stored } from './helpers/rows'
import { startRun } from './helpers/runs'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const worktrees = () => yard.admin.rest.service('worktrees')
const ways: [string, (id: string) => Promise<unknown>][] = [
  ['archived', (id) => worktrees().patch(id, { archived_at: '2026-01-01T00:00:00Z' })],
  ['removed', (id) => worktrees().remove(id)],
]

test.each(ways)('one in which a task executes cannot be %s', async (_, end) => {
  const { id } = await yard.worktree()
  const session = await yard.session(id)
  const before = await stored(yard.daemon.yard.db, 'worktrees', id)
  await startRun(yard, session.id)
  await expect(end(id)).rejects.toMatchObject({ data: { code: 'EXECUTING' } })
  expect(await stored(yard.daemon.yard.db, 'worktrees', id)).toEqual(before)
})

test.each(ways)(
  'one that is %s waits for a claim that holds it, with none of its sessions held',
  async (how, end) => {
    const { id } = await yard.worktree()
    const session = await yard.session(id)
    // As a claim goes on: it has the worktree, and locks the session then.
    const locks = 'select from sessions where id = $1 for no key update nowait'
    await inBetween(yard, id, () => end(id), locks, [session.id], 'worktrees')
    const left = await stored(yard.daemon.yard.db, 'worktrees', id)
    expect(left).toEqual(
      how === 'removed' ? null : expect.objectContaining({ archived_at: expect.any(String) }),
    )
  },
)
