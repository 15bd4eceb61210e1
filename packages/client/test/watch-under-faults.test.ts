import {
  connectSocket,
  isPassing,
  type SessionView,
  type SessionWatch,
  watchSession,
} from '@yardmaster/client'
import fc from 'fast-check'
import { startRun, type TestRun } from '../../../apps/daemon/test/helpers/runs.js'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon.js'
import { type Faults, FaultyRelay, none } from './faulty-relay.js'
import { type Step, story, Teller } from './stories.js'
import { until } from './until.js'

jest.setTimeout(3_600_000)

const RUNS = process.env.TEST_SCALE === 'full' ? 1000 : 20
const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))

let yard: TestDaemon
let worktree_id: string
beforeAll(async () => {
  yard = await startTestDaemon()
  worktree_id = (await yard.worktree()).id
})
afterAll(() => yard.stop())

const counted = { runs: 0, steps: 0, views: 0, reads: 0, drop: 0, delay: 0, twice: 0, cut: 0 }
const often = (most: number) => fc.integer({ min: 0, max: most })
const faults: fc.Arbitrary<Faults> = fc.record({
  drop: often(20),
  delay: often(60),
  twice: often(20),
  cut: often(3),
})

it(`ends with the view that the database has, in ${RUNS} stories that a relay drops, delays, doubles and cuts`, async () => {
  const stories = fc.record({ steps: story, relayed: faults, breaks: fc.boolean(), dice: fc.integer() })
  const endsEqual = fc.asyncProperty(stories, async ({ steps, relayed, breaks, dice }) => {
    const { id } = await yard.session(worktree_id)
    const run = await startRun(yard, id)
    const relay = await FaultyRelay.open(yard.url, randomOf(dice))
    const client = connectSocket(relay.url, yard.admin.token)
    client.socket.io.reconnectionDelay(5).reconnectionDelayMax(20)
    const watch = watchSession(client, id, { window: 6, late: 15, refetch: 20, answer: 150, retry: 10 })
    try {
      const wrong = observe(watch)
      await until(watch, ({ state }) => state === 'live')
      relay.faults = relayed
      await tell(run, steps, relay, breaks)
      const { last_seq } = await yard.admin.rest.service('sessions').get(id)
      await until(watch, ({ state, view }) => state !== 'catching_up' && view?.last_seq === last_seq)
      // A busy machine may be slower than what is waited for an answer: whoever scrolls asks again.
      while (watch.view?.has_earlier)
        await watch.load_earlier(3).catch((error) => {
          if (!isPassing(error)) throw error
        })
      expect(watch.view && shown(watch.view)).toEqual(await stored(id))
      expect(wrong).toEqual([])
    } finally {
      watch.close()
      client.close()
      await relay.close()
    }
    counted.runs += 1
    counted.steps += steps.length
    for (const fault of Object.keys(none) as (keyof Faults)[]) counted[fault] += relay.done[fault]
  })
  await fc.assert(endsEqual, { numRuns: RUNS, seed, endOnFailure: process.env.TEST_SHRINK !== '1' })
  expect(counted.runs).toBe(RUNS)
  for (const count of Object.values(counted)) expect(count).toBeGreaterThan(0)
  const told = Object.entries(counted).map(([what, count]) => `${count} ${what}`)
  process.stdout.write(`counted: ${told.join(', ')}, seed ${seed}\n`)
})

/**
 * The network is well at the end, and one more event is told: the one that shows what is missing.
 *
 * @param breaks cuts once in the middle in any case: in so few stories as are usual, the dice alone may cut none
 */
async function tell(run: TestRun, steps: Step[], relay: FaultyRelay, breaks: boolean): Promise<void> {
  const teller = new Teller(yard, run)
  for (const [at, step] of steps.entries()) {
    if (breaks && at === steps.length >> 1) relay.cut()
    await teller.tell(step)
  }
  await teller.end()
  relay.faults = none
  await teller.rename()
}

/** What a view must never do on its way. */
function observe(watch: SessionWatch): string[] {
  const wrong: string[] = []
  let before: SessionView | null = null
  watch.subscribe(() => {
    const { view, state, error } = watch
    if (state === 'ended' && error) wrong.push(`ended: ${error}`)
    if (!view || view === before) return
    counted.views += 1
    if (before && view.last_seq < before.last_seq) wrong.push(`from ${before.last_seq} to ${view.last_seq}`)
    if (before && view.last_seq > before.last_seq + 1) counted.reads += 1
    view.messages.forEach(({ seq }, at) => {
      const next = view.messages[at + 1]
      if (next && next.seq <= seq) wrong.push(`message ${next.seq} behind ${seq}`)
    })
    for (const { id, status, content } of view.messages) {
      const known = before?.messages.find((message) => message.id === id)
      if (known?.status === 'final' && status !== 'final') wrong.push(`${id} is no longer final`)
      if (known && status === 'streaming' && lengthOf(content) < lengthOf(known.content))
        wrong.push(`${id} lost text`)
    }
    before = view
  })
  return wrong
}

const lengthOf = (content: unknown[]): number =>
  content.reduce<number>((sum, block) => sum + ((block as { text?: string }).text?.length ?? 0), 0)

type Rows = Pick<SessionView, 'session' | 'tasks' | 'messages' | 'requests'>

/** What no event tells is left out: renewed leases, and where the log of the session stands. */
const told = ({ session, tasks, ...rest }: Rows) => {
  const { last_seq: _, last_activity_at: __, ...kept } = session
  return { ...rest, session: kept, tasks: tasks.map(({ lease_expires_at: ___, ...task }) => task) }
}

const shown = ({ session, tasks, messages, requests }: SessionView) =>
  told({ session, tasks, messages, requests })

async function stored(session_id: string) {
  const { rest } = yard.admin
  const all = { session_id, $limit: 200 }
  const [session, tasks, messages, requests] = await Promise.all([
    rest.service('sessions').get(session_id),
    rest.service('tasks').find({ query: { ...all, $sort: { id: 1 } } }),
    rest.service('messages').find({ query: { ...all, $sort: { seq: 1 } } }),
    rest.service('permission-requests').find({ query: { ...all, $sort: { id: 1 } } }),
  ])
  return told({ session, tasks: tasks.data, messages: messages.data, requests: requests.data })
}

/** Numbers from 0 to 1 that a seed gives again (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
