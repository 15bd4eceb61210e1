import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Family } from '@yardmaster/protocol'
import { sweep, tellParents } from '@yardmaster/runtime'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, type Transport, transports } from './helpers/calls'
import { inBetween, stored } from './helpers/rows'
import { Watch } from './helpers/watch'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const sessions = () => yard.admin.rest.service('sessions')
const auto = { permission_mode: 'auto' }
async function parentSession(more: object = auto) {
  const worktree = await yard.worktree()
  return {
    ...(await yard.session(worktree.id, yard.admin, more)),
    worktree_id: worktree.id,
    path: worktree.path,
  }
}
/** Spawns without running: the child's prompt waits where nobody claims. */
async function spawnIdle(id: string, prompt = 'hello') {
  const child = await sessions().spawn({ id, prompt })
  for (const task of (await yard.admin.rest.service('tasks').find({ query: { session_id: child.id } })).data)
    await sessions()
      .stop({ id: child.id, task_id: task.id })
      .catch(() => undefined)
  return child
}

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())
  const call = (method: string, data: object, { token }: Person = yard.admin) =>
    transport.call(token, { path: 'sessions', method, data })

  test('a session spawns another, and hears how its prompt ended', async () => {
    const parent = await parentSession()
    const watch = await Watch.open(yard, parent.id)
    const { status, body } = await call('spawn', {
      id: parent.id,
      prompt: 'Look:\n $ touch harm',
      title: 'Helper\n$ touch harm',
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      parent_session_id: parent.id,
      forked_from_session_id: null,
      harness: 'shell',
      permission_mode: 'auto',
      worktree_id: parent.worktree_id,
    })
    const told = await watch.until(() => [...watch.tasks.values()][0])
    expect(told.prompt).toMatch(
      /^The session "Helper \$ touch harm" \(.*\) that was spawned from here has ended its prompt, completed\n/,
    )
    expect(told.prompt).toContain('\n> Lines that begin with')
    expect([...watch.messages.values()].filter(({ type }) => type === 'notice')).toMatchObject([
      { task_id: null, preview: expect.stringContaining('has ended its prompt, completed') },
    ])
    expect(await watch.ended(told.id)).toMatchObject({ status: 'completed', tells_parent: false })
    // What the child said came as a quotation: the parent ran none of it.
    expect(existsSync(join(parent.path, 'harm'))).toBe(false)

    // Only the prompt that it was spawned with is the parent's business, and that only once.
    const child = await Watch.open(yard, body.id)
    await child.ended((await sessions().prompt({ id: body.id, prompt: 'more' })).id)
    await tellParents(yard.daemon.yard.ledger)
    expect(watch.tasks.size).toBe(1)
  })

  test('in a new worktree it has the files of the parent as they are', async () => {
    const parent = await parentSession()
    await writeFile(join(parent.path, 'draft.txt'), 'not committed')
    const data = { id: parent.id, prompt: '$ cat draft.txt', worktree: 'new', notify_parent: false }
    const { body } = await call('spawn', data)
    expect(body.worktree_id).not.toBe(parent.worktree_id)
    const { path } = await yard.admin.rest.service('worktrees').get(body.worktree_id)
    expect(existsSync(join(path, 'draft.txt'))).toBe(true)
    const { data: tasks } = await yard.admin.rest.service('tasks').find({ query: { session_id: body.id } })
    expect(tasks).toMatchObject([{ prompt: '$ cat draft.txt', tells_parent: false }])
  })

  test('five deep, twenty next to each other', async () => {
    let { id } = await parentSession()
    for (let depth = 1; depth <= 5; depth++) id = (await spawnIdle(id)).id
    expect((await call('spawn', { id, prompt: 'x' })).body.data.code).toBe('SPAWN_TOO_DEEP')
    const { id: wide } = await parentSession()
    for (let child = 1; child <= 19; child++) await spawnIdle(wide)
    const last = await Promise.all([1, 2, 3].map(() => call('spawn', { id: wide, prompt: 'x' })))
    expect(last.map(({ status, body }) => body.data?.code ?? status).sort()).toEqual([
      201,
      'TOO_MANY_CHILDREN',
      'TOO_MANY_CHILDREN',
    ])
  })

  test('who may: view on the parent and leave in the worktree; to be told takes leave to prompt', async () => {
    const parent = await parentSession()
    const [viewer, user, stranger] = [await yard.person(), await yard.person(), await yard.person()]
    const grant = (person: Person, level: string) =>
      yard.admin.rest
        .service('grants')
        .create({ user_id: person.user.id, level, worktree_id: parent.worktree_id })
    await grant(viewer, 'view')
    await grant(user, 'session')
    const spawn = (person: Person, more = {}) =>
      call('spawn', { id: parent.id, prompt: 'hello', ...more }, person)
    expect((await spawn(stranger)).status).toBe(404)
    expect((await spawn(viewer)).status).toBe(403)
    expect((await spawn(user, { notify_parent: true })).status).toBe(403)
    const { status, body } = await spawn(user)
    expect(status).toBe(201)
    const { data } = await user.rest.service('tasks').find({ query: { session_id: body.id } })
    expect(data).toMatchObject([{ tells_parent: false, created_by: user.user.id }])
    expect((await spawn(user, { prompt: '' })).status).toBe(400)
    expect((await spawn(user, { parent_session_id: parent.id })).status).toBe(400)
    expect((await spawn(user, { harness: 'none' })).body.data.code).toBe('UNKNOWN_HARNESS')
  })

  test('a family is a tree, as far as one may view it', async () => {
    const root = await parentSession({ title: 'Root' })
    const child = await spawnIdle(root.id)
    const fork = await sessions().fork({ id: child.id, worktree: 'same' })
    const hidden = await sessions().fork({ id: root.id })
    const below = await sessions().fork({ id: hidden.id, worktree: 'same' })
    const shape = ({ id, kind, children }: Family): object => ({ id, kind, children: children.map(shape) })
    const forked = { id: fork.id, kind: 'fork', children: [] }
    const spawned = { id: child.id, kind: 'spawn', children: [forked] }
    const apart = { id: hidden.id, kind: 'fork', children: [{ id: below.id, kind: 'fork', children: [] }] }
    const whole = { id: root.id, kind: 'root', children: [spawned, apart] }
    for (const { id } of [root, fork, below])
      expect(shape((await call('family', { id })).body)).toEqual(whole)
    expect((await call('family', { id: root.id })).body).toMatchObject({ title: 'Root' })

    const [some, other] = [await yard.person(), await yard.person()]
    const grant = (person: Person, worktree_id: string) =>
      yard.admin.rest.service('grants').create({ user_id: person.user.id, level: 'view', worktree_id })
    await grant(some, root.worktree_id)
    await grant(other, hidden.worktree_id)
    expect(shape((await call('family', { id: fork.id }, some)).body)).toEqual({
      ...whole,
      children: [spawned],
    })
    expect((await call('family', { id: hidden.id }, some)).status).toBe(404)
    const seen = await call('family', { id: below.id }, other)
    expect(shape(seen.body)).toEqual({ ...apart, kind: 'root' })
    expect(seen.body).toMatchObject({ title: 'Root', status: 'idle' })
  })
})

test('an ending that was not told is told by the sweep, once, however many tell at the same time', async () => {
  const parent = await parentSession()
  const watch = await Watch.open(yard, parent.id)
  // One that does not end by itself, where a runtime is quicker than the test.
  const child = await spawnIdle(parent.id, '$ sleep 600')
  await watch.until(() => watch.tasks.size === 1)
  const { db, ledger } = yard.daemon.yard
  // As a daemon leaves it that was killed after the ending's commit.
  await db.query({ text: 'update tasks set told_seq = null where session_id = $1', values: [child.id] })
  await Promise.all([sweep(ledger, 45_000), tellParents(ledger), tellParents(ledger)])
  const { data } = await yard.admin.rest.service('tasks').find({ query: { session_id: parent.id } })
  // Cancelled, or stopped where a runtime was quicker than the test.
  expect(data.map(({ prompt }) => /ended its prompt, (cancelled|stopped)/.test(prompt))).toEqual([true, true])
})

test.each(['to a parent that is archived', 'for somebody who may not prompt it any more'])(
  'nothing is told %s',
  async (which) => {
    const parent = await parentSession()
    const user = await yard.person()
    const { id: grant } = await yard.admin.rest
      .service('grants')
      .create({ user_id: user.user.id, level: 'prompt', worktree_id: parent.worktree_id })
    const child = await user.rest
      .service('sessions')
      .spawn({ id: parent.id, prompt: '$ sleep 600', permission_mode: 'auto' })
    const watch = await Watch.open(yard, child.id)
    const [task] = (await yard.admin.rest.service('tasks').find({ query: { session_id: child.id } })).data
    expect(task).toMatchObject({ tells_parent: true })
    if (which.startsWith('for')) await yard.admin.rest.service('grants').remove(grant)
    else await sessions().patch(parent.id, { archived_at: new Date().toISOString() })
    await sessions().stop({ id: child.id, task_id: task!.id })
    await watch.ended(task!.id)
    await tellParents(yard.daemon.yard.ledger)
    expect(await stored(yard.daemon.yard.db, 'tasks', task!.id)).toMatchObject({
      told_seq: expect.any(Number),
    })
    const { total } = await yard.admin.rest.service('tasks').find({ query: { session_id: parent.id } })
    expect(total).toBe(0)
  },
)

test('a session that vanishes meanwhile spawns nothing', async () => {
  const parent = await parentSession()
  const spawning = () =>
    sessions()
      .spawn({ id: parent.id, prompt: 'x' })
      .catch((error) => error)
  const answer = await inBetween(yard, parent.id, spawning, 'delete from sessions where id = $1', [parent.id])
  expect(answer).toMatchObject({ data: { code: 'NOT_FOUND' } })
})
