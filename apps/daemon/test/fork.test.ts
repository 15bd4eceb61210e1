import { existsSync } from 'node:fs'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '@yardmaster/git'
import type { Session } from '@yardmaster/protocol'
import { asUsersGetIt, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, type Transport, transports } from './helpers/calls'
import { Watch } from './helpers/watch'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({ env: asUsersGetIt })
})
afterAll(() => yard.stop())

const sessions = () => yard.admin.rest.service('sessions')

async function begun(more: object = {}) {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id, yard.admin, {
    permission_mode: 'auto',
    title: 'Source',
    ...more,
  })
  return { ...worktree, id, worktree_id: worktree.id, watch: await Watch.open(yard, id) }
}

async function run(watch: Watch, id: string, prompt: string) {
  const { id: task_id } = await sessions().prompt({ id, prompt })
  const task = await watch.ended(task_id)
  expect(task.status).toBe('completed')
  return task
}

const placeOf = async ({ worktree_id }: Session) => yard.admin.rest.service('worktrees').get(worktree_id)
const commit = 'git -c user.name=T -c user.email=t@example.com commit -qm kept'

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())
  const fork = (id: string, data: object = {}, token = yard.admin.token) =>
    transport.call(token, { path: 'sessions', method: 'fork', data: { id, ...data } })

  test('a fork has the files and the conversation of its source, and both go on apart', async () => {
    const source = await begun()
    const first = await run(
      source.watch,
      source.id,
      `$ echo one > kept.txt && git add kept.txt && ${commit}\n$ echo two >> kept.txt\n$ echo new > untracked.txt`,
    )
    await writeFile(join(source.path, 'later.txt'), 'by hand, after the task')
    const { status, body } = await fork(source.id)
    expect(status).toBe(201)
    expect(body).toMatchObject({
      forked_from_session_id: source.id,
      forked_from_task_id: first.id,
      parent_session_id: null,
      agent_session_id: null,
      title: 'Source',
      permission_mode: 'auto',
      harness: 'shell',
    })
    expect(body.worktree_id).not.toBe(source.worktree_id)
    const { path, branch, target_branch } = await placeOf(body)
    expect(await readFile(join(path, 'kept.txt'), 'utf8')).toBe('one\ntwo\n')
    expect(await readFile(join(path, 'untracked.txt'), 'utf8')).toBe('new\n')
    expect(existsSync(join(path, 'later.txt'))).toBe(false)
    expect(await git(['status', '--porcelain'], { cwd: path })).toBe(
      await git(['status', '--porcelain', '--', 'kept.txt', 'untracked.txt'], { cwd: source.path }),
    )
    expect(target_branch).toBe('main')
    expect(await git(['symbolic-ref', '--short', 'HEAD'], { cwd: path })).toBe(branch)

    const watch = await Watch.open(yard, body.id)
    const told = await run(watch, body.id, '/history\n$ echo forked > forked.txt')
    expect(watch.texts(told.id, 'text')[0]).toContain('echo new > untracked.txt → 0')
    expect(told.resume_decision).toMatchObject({ reason: 'forked', fork_from: first.agent_session_id })
    expect(told.agent_session_id).not.toBe(first.agent_session_id)
    expect(watch.texts(told.id, 'notice')).toEqual([])

    const own = await run(source.watch, source.id, '$ echo own > own.txt')
    expect(own.agent_session_id).toBe(first.agent_session_id)
    const again = await run(watch, body.id, '/history')
    expect(again).toMatchObject({
      agent_session_id: told.agent_session_id,
      resume_decision: { reason: 'pointer' },
    })
    expect(watch.texts(again.id, 'text')[0]).toContain('echo forked')
    expect(watch.texts(again.id, 'text')[0]).not.toContain('echo own')
    expect(existsSync(join(source.path, 'forked.txt'))).toBe(false)
    expect(existsSync(join(path, 'own.txt'))).toBe(false)
    expect(await readFile(join(source.path, 'kept.txt'), 'utf8')).toBe('one\ntwo\n')
  })

  test('from an earlier task: its files, and the history left behind is told', async () => {
    const source = await begun()
    const first = await run(source.watch, source.id, '$ echo one > a.txt')
    await run(source.watch, source.id, '$ echo two > a.txt')
    const { body } = await fork(source.id, {
      from_task_id: first.id,
      name: `earlier-${name.replace('.', '-')}`,
    })
    const { path, branch } = await placeOf(body)
    expect(branch).toBe(`earlier-${name.replace('.', '-')}`)
    expect(await readFile(join(path, 'a.txt'), 'utf8')).toBe('one\n')
    const watch = await Watch.open(yard, body.id)
    const task = await run(watch, body.id, '/history')
    expect(task.resume_decision).toMatchObject({ reason: 'went_on' })
    expect(watch.texts(task.id, 'notice')[0]).toMatch(/begins a new conversation.*has gone on since/)
    expect(watch.texts(task.id, 'text')[0]).toBe('nothing yet')
  })

  test('who may: view on the source, and leave where the fork works', async () => {
    const source = await begun()
    const [viewer, user, stranger] = [await yard.person(), await yard.person(), await yard.person()]
    const grant = (person: typeof viewer, level: string, at: object) =>
      yard.admin.rest.service('grants').create({ user_id: person.user.id, level, ...at })
    await grant(viewer, 'view', { worktree_id: source.worktree_id })
    await grant(user, 'session', { worktree_id: source.worktree_id })
    expect((await fork(source.id, {}, stranger.token)).status).toBe(404)
    expect((await fork(source.id, { worktree: 'same' }, viewer.token)).status).toBe(403)
    expect((await fork(source.id, {}, user.token)).status).toBe(403)
    expect(await fork(source.id, { worktree: 'same' }, user.token)).toMatchObject({
      status: 201,
      body: { worktree_id: source.worktree_id, created_by: user.user.id, forked_from_session_id: source.id },
    })
    await grant(viewer, 'session', { repo_id: source.repo_id })
    expect((await fork(source.id, {}, viewer.token)).status).toBe(201)
  })

  test('what cannot be forked from is refused', async () => {
    const [source, other] = [await begun(), await begun()]
    const { id: from_task_id } = await run(other.watch, other.id, 'hello')
    expect((await fork(source.id, { from_task_id })).status).toBe(404)
    expect((await fork(source.id, { worktree: 'same', name: 'x' })).status).toBe(400)
    expect((await fork(source.id, { name: '../x' })).status).toBe(400)
    expect((await fork(source.id, { more: 1 })).status).toBe(400)
    expect((await fork(source.id, { worktree: 'other' })).status).toBe(400)
    await rm(source.path, { recursive: true })
    expect((await fork(source.id)).body.data.code).toBe('WORKTREE_GONE')
  })
})

test('a session that has run nothing is forked with its files as they are', async () => {
  const source = await begun()
  await writeFile(join(source.path, 'by-hand.txt'), 'here')
  const made = await sessions().fork({ id: source.id })
  expect(await readFile(join((await placeOf(made)).path, 'by-hand.txt'), 'utf8')).toBe('here')
  const watch = await Watch.open(yard, made.id)
  expect((await run(watch, made.id, '/history')).resume_decision).toMatchObject({ reason: 'first_run' })
})

test('a fork whose source has gone on since it was made begins anew, and says so', async () => {
  const source = await begun()
  await run(source.watch, source.id, 'one')
  const made = await sessions().fork({ id: source.id, worktree: 'same' })
  await run(source.watch, source.id, 'two')
  const watch = await Watch.open(yard, made.id)
  const task = await run(watch, made.id, '/history')
  expect(task.resume_decision).toMatchObject({ reason: 'went_on', agent_session_id: null })
  expect(watch.texts(task.id, 'notice')).toHaveLength(1)
})
