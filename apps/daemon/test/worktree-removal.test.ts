import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isTerminal } from '@yardmaster/protocol'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { until } from '../../../test/faults/kit/until'
import { inBetween, stored } from './helpers/rows'
import { startRun } from './helpers/runs'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const auto = { permission_mode: 'auto' }
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

test.each(ways)('one that is %s lets those begin a session there who hold another', async (_, end) => {
  const { id } = await yard.worktree()
  const session = await yard.session(id)
  // As a spawn goes on: it has the parent, and its child refers to the worktree.
  const refers = 'select from worktrees where id = $1 for key share nowait'
  await inBetween(yard, session.id, () => end(id), refers, [id])
})

test('one whose directory vanished is made anew for the next prompt, and the transcript says so', async () => {
  const { id, path } = await yard.worktree()
  const session = await yard.session(id, yard.admin, auto)
  const run = async (prompt: string) => {
    const { id: task } = await yard.admin.rest.service('sessions').prompt({ id: session.id, prompt })
    await until(async () => isTerminal((await yard.admin.rest.service('tasks').get(task)).status))
    return yard.admin.rest.service('tasks').get(task)
  }
  const commit = "git -c user.name=a -c user.email=a@b.c commit -qm 'kept'"
  expect(
    await run(`$ echo kept > kept.txt && git add kept.txt && ${commit} && echo lost > lost.txt`),
  ).toMatchObject({
    status: 'completed',
  })
  await rm(path, { recursive: true })
  expect(await run('$ cat kept.txt && test ! -e lost.txt')).toMatchObject({ status: 'completed' })
  const { data } = await yard.admin.rest.service('messages').find({ query: { session_id: session.id } })
  const texts = data.map(({ type, preview }) => `${type}: ${preview}`)
  expect(texts).toContainEqual(expect.stringMatching(/^notice: The worktree's directory was gone/))
  expect(texts.at(-1)).toBe('text: ran 1 command: 0')
  expect(await readFile(join(path, 'kept.txt'), 'utf8')).toBe('kept\n')
})
