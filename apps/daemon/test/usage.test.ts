import { randomUUID } from 'node:crypto'
import type { UsageQuery } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { OpenApi } from './helpers/document'
import { claimRun, finish, queue, startRun } from './helpers/runs'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const from = '2026-03-01T00:00:00.000Z'
const to = '2026-03-04T00:00:00.000Z'

interface Past {
  at: string
  status?: string
  model?: string
  conversation?: string
  waited?: number
  ran?: number
  usage?: object
}

/** A task of a session as it would be left after its run, in the order in which they are given. */
async function past(session_id: string, ...tasks: Past[]): Promise<void> {
  for (const { at, status = 'completed', model, conversation, waited, ran, usage } of tasks)
    await yard.database.db.query({
      text: `with next as (update sessions set last_seq = last_seq + 1 where id = $2 returning *)
        insert into tasks (id, session_id, worktree_id, runtime_id, created_by, prompt, status, attempt, position, ended_seq,
          created_at, started_at, completed_at, usage, model, agent_session_id)
        select $1, id, worktree_id, runtime_id, created_by, 'a prompt', $3, 1, last_seq, last_seq, $4::timestamptz,
          $4::timestamptz + $5::float8 * interval '1 ms', $4::timestamptz + ($5::float8 + $6::float8) * interval '1 ms', $7, $8, $9
        from next`,
      values: [
        ...[randomUUID(), session_id, status, at, waited ?? null, ran ?? null],
        ...[usage ?? null, model ?? null, conversation ?? null],
      ],
    })
}
const ask = (by: Person, query: Partial<UsageQuery> = {}) =>
  by.rest.service('usage').find({ query: { from, to, bucket: 'day', by: 'person', ...query } })
const cost = (amount: unknown, currency: unknown = 'USD') => ({ cost: { amount, currency } })

test('counts what is in worktrees that one may view, bucket by bucket and by who prompted', async () => {
  const [ann, ben] = [await yard.person(), await yard.person()]
  const shared = await yard.worktree({
    grants: [
      [ann, 'session'],
      [ben, 'view'],
    ],
  })
  const hidden = await yard.worktree({ grants: [[ann, 'session']] })
  const [open, closed] = [await yard.session(shared.id, ann), await yard.session(hidden.id, ann)]
  await past(
    open.id,
    { at: '2026-02-28T23:59:59.999Z', usage: { total_tokens: 1 } },
    {
      ...{ at: from, waited: 1_000, ran: 4_000 },
      usage: { input_tokens: 10, output_tokens: 5, cached_read_tokens: 3 },
    },
    { at: '2026-03-01T23:59:59Z', status: 'failed', waited: 3_000, ran: 2_000, usage: { total_tokens: 85 } },
    { at: '2026-03-03T12:00:00Z', status: 'cancelled' },
    { at: to, usage: { total_tokens: 1 } },
  )
  await past(closed.id, { at: '2026-03-02T00:00:00Z', usage: { total_tokens: 1_000 } })

  const seen = await ask(ben)
  expect(seen.total).toMatchObject({
    tasks: 3,
    endings: { completed: 1, failed: 1, cancelled: 1, timed_out: 0, stopped: 0, open: 0 },
    tokens: { total: 100, input: 10, output: 5, cached_read: 3 },
    waited: { p50: 2_000, p95: 2_900 },
    ran: { p50: 3_000, p95: 3_900 },
  })
  expect(seen.buckets.map(({ at, tasks }) => [at, tasks])).toEqual([
    [from, 2],
    ['2026-03-03T00:00:00.000Z', 1],
  ])
  expect(seen.buckets[1]).toMatchObject({ waited: null, ran: null })
  expect(seen.groups).toMatchObject([{ key: ann.user.id, name: ann.user.name, rest: false, tasks: 3 }])
  expect((await ask(ann)).total.tokens.total).toBe(1_100)
  expect((await ask(await yard.person())).total).toMatchObject({ tasks: 0, cost: {}, waited: null })
  // No wider than the time that was asked for, though buckets are.
  expect((await ask(ben, { bucket: 'week' })).total.tasks).toBe(3)

  const query = new URLSearchParams({ from, to, bucket: 'hour', by: 'model' })
  const answer = await fetch(`${yard.url}/usage?${query}`, {
    headers: { authorization: `Bearer ${ann.token}` },
  })
  const document = await OpenApi.of(yard.url)
  expect(document.problems('GET', '/usage', answer.status, await answer.json())).toEqual([])
})

test('a cost is what a conversation has come to, less what it had come to before', async () => {
  const ann = await yard.person()
  const { id } = await yard.worktree({ grants: [[ann, 'session']] })
  const [one, two] = [await yard.session(id, ann), await yard.session(id, ann)]
  await past(
    one.id,
    { at: '2026-02-20T00:00:00Z', conversation: 'a', model: 'm', usage: cost(4) },
    { at: '2026-03-01T00:00:00Z', conversation: 'a', model: 'm', usage: cost(5) },
    { at: '2026-03-02T00:00:00Z', conversation: 'a', model: 'm', usage: {} },
    { at: '2026-03-02T01:00:00Z', conversation: 'a', model: 'm', usage: cost(7) },
    { at: '2026-03-02T02:00:00Z', conversation: 'b', model: 'n', usage: cost(0.25) },
    // Begun anew.
    { at: '2026-03-03T00:00:00Z', conversation: 'a', model: 'n', usage: cost(2) },
  )
  await past(two.id, { at: '2026-03-01T00:00:00Z', model: 'n', usage: cost(3, 'EUR') })
  const { total, buckets, groups } = await ask(ann, { by: 'model' })
  expect(total.cost).toEqual({ USD: 5.25, EUR: 3 })
  expect(buckets.map(({ cost }) => cost)).toEqual([{ USD: 1, EUR: 3 }, { USD: 2.25 }, { USD: 2 }])
  expect(groups.map(({ key, name, cost }) => [key, name, cost])).toEqual([
    ['m', 'm', { USD: 3 }],
    ['n', 'n', { USD: 2.25, EUR: 3 }],
  ])
})

test('what a harness tells may be anything; groups beyond the ten largest are one', async () => {
  const ann = await yard.person()
  const { id } = await yard.worktree({ grants: [[ann, 'session']] })
  const session = await yard.session(id, ann)
  const odd = [
    { total_tokens: 'many', ...cost('1') },
    { input_tokens: -5, output_tokens: { a: 1 }, ...cost(1, '<b>') },
    { total_tokens: 1e308, ...cost(1e308) },
    ...[null, [], cost(null), { cost: 7 }],
  ]
  await past(session.id, ...odd.map((usage) => ({ at: from, usage: usage as object, model: 'm00' })))
  const models = Array.from({ length: 12 }, (_, n) => `m${String(n).padStart(2, '0')}`)
  await past(session.id, ...models.map((model) => ({ at: from, model, usage: { total_tokens: 1 } })))
  const { total, groups } = await ask(ann, { by: 'model' })
  expect(total).toMatchObject({ tasks: 19, tokens: { total: 1e15 + 12 }, cost: { USD: 1e15 } })
  expect(groups.map(({ key }) => key)).toEqual([...models.slice(0, 10), null])
  expect(groups.at(-1)).toMatchObject({ rest: true, tasks: 2 })
})

test('a time that ends before it begins, or is too long for its buckets, is refused', async () => {
  const long = ask(yard.admin, { bucket: 'hour', to: '2026-03-30T00:00:00Z' })
  await expect(long).rejects.toMatchObject({
    data: { code: 'INVALID' },
    message: expect.stringContaining('400'),
  })
  await expect(ask(yard.admin, { to: from })).rejects.toMatchObject({ data: { code: 'INVALID' } })
})

test('how much of a runtime was taken is told in parts of a time, of what one may view', async () => {
  const ann = await yard.person()
  const [shared, hidden] = [await yard.worktree({ grants: [[ann, 'view']] }), await yard.worktree()]
  const [open, closed] = [await yard.session(shared.id), await yard.session(hidden.id)]
  const hour = 3_600_000
  await past(
    open.id,
    { at: '2026-02-10T00:00:00Z', waited: 0, ran: 1_000 * hour },
    // From 22:00 on the day before to 2:00.
    { at: '2026-02-28T21:00:00Z', waited: hour, ran: 4 * hour },
    { at: '2026-03-01T01:00:00Z', waited: 0, ran: 2 * hour },
    // Begins as the one before ends: never both at once.
    { at: '2026-03-01T03:00:00Z', waited: 0, ran: hour },
    { at: '2026-03-02T06:00:00Z', waited: 0, ran: 12 * hour },
    // Ended before it began, by a clock that was behind; and one that never began.
    { at: '2026-03-02T07:00:00Z', waited: 0, ran: -hour },
    { at: '2026-03-02T08:00:00Z', status: 'cancelled' },
    { at: to, waited: 0, ran: hour },
  )
  await past(closed.id, { at: '2026-03-01T01:30:00Z', waited: 0, ran: 12 * hour })
  const historyOf = async (by: Person, runtime_id: string, bucket: 'hour' | 'day' = 'day') => {
    const history = await by.rest.service('runtime-history').find({ query: { from, to, bucket } })
    return history.runtimes.find((runtime) => runtime.runtime_id === runtime_id)?.buckets
  }
  const sessions = yard.admin.rest.service('sessions')
  const [runtime, other] = await Promise.all(
    [open, closed].map(async ({ id }) => (await sessions.get(id)).runtime_id),
  )
  expect(other).toBe(runtime)
  expect(await historyOf(ann, runtime as string)).toEqual([
    { at: from, running: 0.21, most: 2 },
    { at: '2026-03-02T00:00:00.000Z', running: 0.5, most: 1 },
  ])
  expect(
    (await historyOf(ann, runtime as string, 'hour'))
      ?.slice(0, 4)
      .map(({ running, most }) => [running, most]),
  ).toEqual([
    [1, 1],
    [2, 2],
    [1, 1],
    [1, 1],
  ])
  expect((await historyOf(yard.admin, runtime as string))?.[0]).toEqual({ at: from, running: 0.71, most: 3 })
  expect(await historyOf(await yard.person(), runtime as string)).toBeUndefined()

  const query = new URLSearchParams({ from, to, bucket: 'day' })
  const answer = await fetch(`${yard.url}/runtime-history?${query}`, {
    headers: { authorization: `Bearer ${ann.token}` },
  })
  const document = await OpenApi.of(yard.url)
  expect(document.problems('GET', '/runtime-history', answer.status, await answer.json())).toEqual([])
})

test('what runs now counts up to now, however long ago it was queued', async () => {
  const run = await startRun(yard, (await yard.session((await yard.worktree()).id)).id)
  await yard.database.db.query({
    text: `update tasks set created_at = created_at - interval '30 days', started_at = clock_timestamp() - interval '90 minutes' where id = $1`,
    values: [run.task_id],
  })
  const now = Date.now()
  const query = {
    from: new Date(now - 2 * 3_600_000).toISOString(),
    to: new Date(now + 3_600_000).toISOString(),
    bucket: 'hour' as const,
  }
  const { runtimes } = await yard.admin.rest.service('runtime-history').find({ query })
  const taken = runtimes.find(({ runtime_id }) => runtime_id === run.runtime.id)?.buckets
  expect(taken?.slice(0, 2)).toEqual([
    { at: query.from, running: 0.5, most: 1 },
    { at: new Date(now - 3_600_000).toISOString(), running: 1, most: 1 },
  ])
  await finish(yard, run)
})

test('the load of a runtime is what runs and what waits, of what one may view', async () => {
  const worktree = await yard.worktree()
  const session = async () => (await yard.session((await yard.worktree()).id)).id
  const { runtime } = await queue(yard, (await yard.session(worktree.id)).id)
  const run = await startRun(yard, await session())
  await claimRun(yard, await session())
  await finish(yard, run)
  const loadOf = async (by: Person, id: string) =>
    (await by.rest.service('runtime-load').find()).data.find(({ runtime_id }) => runtime_id === id)
  expect(await loadOf(yard.admin, runtime.id)).toMatchObject({ running: 0, waiting: 1, max_concurrent: 10 })
  expect(await loadOf(yard.admin, run.runtime.id)).toMatchObject({
    running: 0,
    waiting: 0,
    waits_since: null,
  })
  const stranger = await yard.person()
  expect(await loadOf(stranger, runtime.id)).toMatchObject({ running: 0, waiting: 0, waits_since: null })
})
