import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type SessionView, type SessionWatch, watchPresence, watchSession } from '@yardmaster/client'
import { until } from '../../packages/client/test/until'
import { openPair, type Pair } from './kit/pair'
import { sees } from './kit/people'
import type { Sibling } from './kit/sibling'
import { Sleeper } from './kit/sleeper'

let pair: Pair
beforeAll(async () => {
  pair = await openPair({
    intervals: { poll: 200, heartbeat: 500, term_grace: 500, watch: 50, retry: 100 },
    // A socket that does not answer is cut within two seconds.
    pace: { head: 500, ping: 1_000, presence: 20_000 },
  })
})
afterAll(async () => {
  for (const watch of watches) watch.close()
  await pair?.close()
})

// One whose socket is gone for good would try to come back for as long as it is not closed.
const watches: SessionWatch[] = []

type Watched = Pick<SessionWatch, 'state' | 'view' | 'subscribe'>

interface Run {
  session_id: string
  task_id: string
  /** The command goes on, to its end. */
  go(): void
  /** The task has ended, as one of the daemons says. */
  ended(daemon: Sibling): Promise<unknown>
}

async function watchAt(daemon: Sibling, session_id: string) {
  const { token } = await daemon.signIn('admin@example.com')
  const watch = watchSession(await daemon.socket(token), session_id, { window: Number.POSITIVE_INFINITY })
  watches.push(watch)
  return watch
}

const textOf = (view: SessionView | null) => JSON.stringify(view?.messages ?? [])
/** What a reader sees of it. */
const transcript = ({ messages }: SessionView) =>
  messages.map(({ type, role, status, content }) => ({
    ...{ type, role, status },
    content: content.map((block) => ({ ...block, tool_call_id: null })),
  }))

/**
 * A run that is in the middle of its output when it is disturbed, and the transcript that the watch ends with.
 *
 * @param disturb lets it go on, and answers who is to have all of it
 */
async function runOf(
  watching: (session_id: string) => Promise<Watched> | Watched,
  disturb: (run: Run, watch: Watched) => Promise<Watched>,
) {
  const { id: session_id, worktree_id } = await pair.session({ permission_mode: 'auto' })
  const { path } = await pair.here.admin.service('worktrees').get(worktree_id)
  const watch = await watching(session_id)
  const { id: task_id } = await pair.here.admin.service('sessions').prompt({
    id: session_id,
    prompt: '$ seq 40; until [ -e go ]; do sleep 0.05; done; seq 41 80',
  })
  await until(watch, ({ view }) => textOf(view).includes('40\\n'))
  const run: Run = {
    ...{ session_id, task_id },
    go: () => writeFileSync(join(path, 'go'), ''),
    async ended(daemon) {
      const other = await watchAt(daemon, session_id)
      await until(other, ({ view }) => view?.tasks[0]?.status === 'completed')
      other.close()
    },
  }
  const last = await disturb(run, watch)
  const sessions = pair.there.admin.service('sessions')
  await run.ended(pair.there)
  const { last_seq } = await sessions.get(session_id)
  await until(last, ({ view }) => view?.last_seq === last_seq)
  const query = { session_id, $limit: 200, $sort: { seq: 1 } }
  const { data } = await pair.there.admin.service('messages').find({ query })
  expect(last.view!.messages).toEqual(data)
  return transcript(last.view!)
}

const here = (session_id: string) => watchAt(pair.here, session_id)
let undisturbed: ReturnType<typeof transcript>

beforeAll(async () => {
  undisturbed = await runOf(here, async ({ go }, watch) => {
    go()
    return watch
  })
  expect(JSON.stringify(undisturbed)).toContain('79\\n80')
})

test('a reload in mid-stream ends with the transcript of an undisturbed run', async () => {
  const reloaded = await runOf(here, async ({ session_id, go }) => {
    const late = await here(session_id)
    await until(late, ({ view }) => view)
    go()
    return late
  })
  expect(reloaded).toEqual(undisturbed)
})

let sleeper: Sleeper | undefined
afterEach(() => sleeper?.close())

test('so does a sleep in which the daemon gives the connection up', async () => {
  const ann = await pair.here.person('ann')
  const asAnn = async (session_id: string) => {
    const { worktree_id } = await pair.here.admin.service('sessions').get(session_id)
    await pair.here.admin.service('grants').create({ worktree_id, user_id: ann.id, level: 'view' })
    sleeper = new Sleeper({ url: pair.here.url, token: ann.token, session_id })
    await until(sleeper, ({ state }) => state === 'live')
    return sleeper
  }
  const slept = await runOf(asAnn, async (run, watch) => {
    const { token } = await pair.here.signIn('admin@example.com')
    const people = watchPresence(await pair.here.socket(token), run.session_id)
    await sees(people, 'admin looking', 'ann looking')
    sleeper!.sleep()
    run.go()
    await run.ended(pair.here)
    await sees(people, 'admin looking')
    people.close()
    expect(textOf(watch.view)).not.toContain('79\\n80')
    sleeper!.wake()
    await until(watch, ({ state }) => state === 'offline')
    return watch
  })
  expect(slept).toEqual(undisturbed)
})

test('so does the daemon killed and started again', async () => {
  const killed = await runOf(here, async ({ go }, watch) => {
    await pair.here.kill()
    go()
    await pair.here.start()
    return watch
  })
  expect(killed).toEqual(undisturbed)
})

test('so does Redis killed and started again, for whoever watches at another daemon than that of the run', async () => {
  const without = await runOf(
    (session_id) => watchAt(pair.there, session_id),
    async ({ go, ended }, watch) => {
      await pair.redis.kill()
      go()
      await ended(pair.here)
      await pair.redis.start()
      return watch
    },
  )
  expect(without).toEqual(undisturbed)
})
