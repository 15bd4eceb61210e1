import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SessionView, type SessionWatch, watchPresence, watchSession } from '@yardmaster/client'
import { until } from '../faults/kit/until'
import { openPair, type Pair } from './kit/pair'
import { sees } from './kit/people'
import type { Sibling } from './kit/sibling'

let pair: Pair
beforeAll(async () => {
  // With Redis or a daemon away, polls are what is left.
  pair = await openPair({
    intervals: { poll: 200, heartbeat: 500, term_grace: 500, watch: 50, retry: 100 },
    pace: { presence: 3_000 },
  })
})
afterAll(() => pair?.close())

/** Somebody who watches, at one of the daemons. */
async function watcher(daemon: Sibling, session_id: string): Promise<SessionWatch> {
  const { token } = await daemon.signIn('admin@example.com')
  return watchSession(await daemon.socket(token), session_id, { window: Number.POSITIVE_INFINITY })
}

/** Waits until the view has it. */
function seen(watch: SessionWatch, what: (view: SessionView) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!watch.view || !what(watch.view)) return
      stop()
      resolve()
    }
    const stop = watch.subscribe(look)
    look()
  })
}

const has = (watch: SessionWatch, id: string, status: string) =>
  seen(watch, ({ tasks }) => tasks.some((task) => task.id === id && task.status === status))

/** Every watcher has what the database has, in the end. */
async function expectWhole(watchers: SessionWatch[], session_id: string): Promise<void> {
  const client = pair.here.admin
  const query = { session_id, $limit: 200 }
  const session = await client.service('sessions').get(session_id)
  const { data: messages } = await client.service('messages').find({ query: { ...query, $sort: { seq: 1 } } })
  const { data: tasks } = await client.service('tasks').find({ query: { ...query, $sort: { id: 1 } } })
  for (const watch of watchers) {
    await seen(watch, ({ last_seq }) => last_seq === session.last_seq)
    expect(watch.view!.messages).toEqual(messages)
    expect(watch.view!.tasks).toEqual(tasks)
    watch.close()
  }
}

/** A run that waits until it is let go on. */
async function waitingRun(name: string) {
  const { id } = await pair.session({ permission_mode: 'auto' })
  const watchers = [await watcher(pair.here, id), await watcher(pair.there, id)]
  const gate = join(pair.here.place, name)
  const task = await pair.there.admin
    .service('sessions')
    .prompt({ id, prompt: `$ echo began; until [ -e ${gate} ]; do sleep 0.05; done; echo went on` })
  for (const watch of watchers) await has(watch, task.id, 'running')
  return { id, watchers: watchers as [SessionWatch, SessionWatch], task, open: () => writeFileSync(gate, '') }
}

test('Redis killed in mid-run and started again costs delay and no rows', async () => {
  const { redis, here, there } = pair
  const { id, watchers, task, open } = await waitingRun('redis')
  await redis.kill()
  const meanwhile = await there.admin.service('sessions').prompt({ id, prompt: '$ echo meanwhile' })
  open()
  // Those at the daemon where it happens hear of it all the same.
  await has(watchers[0], task.id, 'completed')
  await has(watchers[0], meanwhile.id, 'completed')

  await redis.start()
  for (const daemon of [here, there]) await until(() => daemon.log().includes('Redis is back.'))
  const later = await there.admin.service('sessions').prompt({ id, prompt: '$ echo later' })
  for (const watch of watchers) await has(watch, later.id, 'completed')
  await expectWhole(watchers, id)
})

test('the daemon that holds the run killed and started again: the other one goes on, and all is whole', async () => {
  const { here, there } = pair
  const { id, watchers, task, open } = await waitingRun('daemon')
  await here.kill()
  const meanwhile = await there.admin.service('sessions').prompt({ id, prompt: '$ echo meanwhile' })
  await has(watchers[1], meanwhile.id, 'queued')
  open()
  await here.start()
  for (const watch of watchers) {
    await has(watch, task.id, 'completed')
    await has(watch, meanwhile.id, 'completed')
  }
  expect(watchers[1].view!.tasks[0]).toMatchObject({ id: task.id, attempt: 1 })
  await expectWhole(watchers, id)
})

test('who is at a daemon that is killed is forgotten at the other, and seen again when it is back', async () => {
  const { here, there } = pair
  const { id } = await pair.session()
  const [ours, theirs] = [await here.signIn('admin@example.com'), await there.person('ann')]
  const { worktree_id } = await here.admin.service('sessions').get(id)
  await here.admin.service('grants').create({ worktree_id, user_id: theirs.id, level: 'view' })
  const watches = [
    watchPresence(await here.socket(ours.token), id, { again: 500 }),
    watchPresence(await there.socket(theirs.token), id, { again: 500 }),
  ] as const
  const both = ['admin looking', 'ann looking']
  for (const watch of watches) await sees(watch, ...both)
  await there.kill()
  await sees(watches[0], 'admin looking')
  await there.start()
  for (const watch of watches) await sees(watch, ...both)
  for (const watch of watches) watch.close()
})
