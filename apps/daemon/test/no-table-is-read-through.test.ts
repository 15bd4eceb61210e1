import { connectRest } from '@yardmaster/client'
import { type Message, usageDimensions } from '@yardmaster/protocol'
import { lookAtFleet, sweep, Trim } from '@yardmaster/runtime'
import { type Db, openDb, type Query, type Queryable } from '@yardmaster/store'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { slice } from '../src/services/messages/search'
import { ask, claimRun, finish, queue, say, startRun } from './helpers/runs'

/** Those that grow with use. A statement that reads one from end to end becomes slower with every day. */
const big = ['sessions', 'tasks', 'messages', 'session_events', 'permission_requests']

interface Plan {
  'Node Type': string
  'Index Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Relation Name'?: string
  Plans?: Plan[]
}

let yard: TestDaemon
const seen = new Map<string, Query>()

beforeAll(async () => {
  yard = await startTestDaemon()
  record(yard.daemon.yard.db)
})
afterAll(() => yard.stop())

/** Remembers each statement that the daemon runs from now on, with the values it ran with last. */
function record(db: Db): void {
  const watched = <On extends Queryable>(on: On): On => {
    const query = on.query.bind(on)
    return Object.assign(on, {
      query: (sent: Query) => {
        seen.set(sent.text, sent)
        return query(sent)
      },
    })
  }
  watched(db)
  const transaction = db.transaction.bind(db)
  db.transaction = (work) => transaction((tx) => work(watched(tx)))
}

/** What a team has after a while. */
async function fill({ database }: TestDaemon): Promise<void> {
  // Only the tables' owner may have them analyzed.
  const owner = openDb({ url: database.ownerUrl, max: 1 })
  await owner.query({
    text: `with place as (select w.id, w.node_id, w.runtime_id from worktrees w limit 1),
      held as (
        insert into sessions (id, worktree_id, node_id, runtime_id, harness, last_seq)
        select gen_random_uuid(), place.id, place.node_id, place.runtime_id, 'shell', 20
        from place, generate_series(1, 3000) returning id, worktree_id, runtime_id),
      done as (
        insert into tasks (id, session_id, worktree_id, runtime_id, prompt, status, attempt, position, ended_seq, created_at)
        select gen_random_uuid(), held.id, held.worktree_id, held.runtime_id, 'a prompt', 'completed', 1, n, n,
          clock_timestamp() - random() * interval '300 days'
        from held, generate_series(1, 3) n returning id, session_id, worktree_id, position),
      said as (
        insert into messages (id, session_id, task_id, worktree_id, attempt, seq, type, role, client_id)
        select gen_random_uuid(), session_id, id, worktree_id, 1, position * 4 + n, 'text', 'agent', 'c' || n
        from done, generate_series(1, 4) n returning session_id, seq),
      asked as (
        insert into permission_requests (id, session_id, task_id, worktree_id, attempt, client_id, tool_call, options, status)
        select gen_random_uuid(), session_id, id, worktree_id, 1, 'p', '{}', '[]', 'cancelled' from done)
      insert into session_events (session_id, seq, type, data) select session_id, seq, 'messages created', '{}' from said`,
  })
  await owner.query({ text: `analyze ${big.join(', ')}` })
  await owner.close()
}

/** Everything that happens all day: a run from its prompt to its ending, and what its watchers read. */
async function aDay(session_id: string): Promise<void> {
  const run = await startRun(yard, session_id)
  const executor = connectRest(yard.url, run.token)
  const message = await say(yard, run)
  await executor.service('messages').patch(message, { status: 'final' })
  await executor.service('tasks').patch(run.task_id, { usage: { input_tokens: 1 } })
  await executor.service('sessions').report({ id: session_id, plan: [] })
  const request = await ask(yard, run)
  const person = yard.admin.rest
  await person.service('permission-requests').patch(request, { option_id: 'yes' })
  const { runtime } = run
  await connectRest(yard.url, runtime.token)
    .service('runtimes')
    .heartbeat({ id: runtime.id, boot_id: runtime.boot_id, runs: [{ task_id: run.task_id, attempt: 1 }] })
  await finish(yard, run)
  await person.service('sessions').get(session_id)
  await person.service('sessions').info({ id: session_id })
  await person.service('tasks').get(run.task_id)
  await person.service('messages').get(message)
  await person.service('sessions').find({ query: { $limit: 20, $total: false } })
  await person.service('tasks').find({ query: { session_id } })
  await person.service('messages').find({ query: { session_id, seq: { $gt: 2 } } })
  await person.service('messages').find({ query: { session_id, seq: { $lt: 9 }, $sort: { seq: -1 } } })
  await person.service('permission-requests').find({ query: { session_id } })
  await person.service('session-events').find({ query: { session_id, after: 3 } })
  const week = { from: new Date(Date.now() - 7 * 86_400_000).toISOString(), to: new Date().toISOString() }
  for (const by of usageDimensions)
    await person.service('usage').find({ query: { ...week, bucket: 'day', by } })
  await person.service('runtime-load').find()
  const to = new Date().toISOString()
  const from = new Date(Date.now() - 86_400_000).toISOString()
  await person.service('runtime-history').find({ query: { from, to, bucket: 'hour' } })
  const { task_id } = await queue(yard, session_id)
  await person.service('tasks').find({ query: { session_id, status: 'queued' } })
  await person.service('sessions').stop({ id: session_id, task_id })
}

test('no statement of every day reads a table from end to end that grows', async () => {
  const worktree = await yard.worktree()
  await fill(yard)
  await aDay((await yard.session(worktree.id)).id)
  await claimRun(yard, (await yard.session((await yard.worktree()).id)).id)
  // What the daemon does by itself once it has been there for a while.
  const { db, ledger, limits } = yard.daemon.yard
  await lookAtFleet(db, limits.heartbeat_timeout, new Date().toISOString())
  await sweep(ledger, limits.heartbeat_timeout)
  await new Trim(db, 86_400_000).look()

  const offenders: string[] = []
  for (const { text, values } of seen.values()) {
    if (!/^\s*(select|with|update|insert|delete)/i.test(text)) continue
    const [row] = await yard.database.db.query<{ 'QUERY PLAN': { Plan: Plan }[] }>({
      text: `explain (format json) ${text}`,
      ...(values ? { values } : {}),
    })
    const visit = (plan: Plan): void => {
      const table = plan['Relation Name'] ?? ''
      if (plan['Node Type'] === 'Seq Scan' && big.includes(table)) offenders.push(`${table}: ${text}`)
      for (const below of plan.Plans ?? []) visit(below)
    }
    visit(row!['QUERY PLAN'][0]!.Plan)
  }
  expect(seen.size).toBeGreaterThan(40)
  expect(offenders).toEqual([])
})

/** A session of that many messages, of which the first is its only prompt; the one in the middle says where it is. */
async function longSession(messages: number): Promise<string> {
  const { id } = await yard.session((await yard.worktree()).id)
  const owner = openDb({ url: yard.database.ownerUrl, max: 1 })
  await owner.query({
    text: `insert into messages (id, session_id, worktree_id, seq, type, role, content, preview)
      select gen_random_uuid(), s.id, s.worktree_id, n, case n when 1 then 'prompt' else 'text' end, 'agent',
        jsonb_build_array(jsonb_build_object('type', 'text', 'text',
          case when n in (1, $2 / 2) then 'the Needle is here' else 'hay ' || n end)), ''
      from sessions s, generate_series(1, $2::int) n where s.id = $1`,
    values: [id, messages],
  })
  await owner.query({ text: 'analyze messages' })
  await owner.close()
  return id
}

/** Looks for a text as far as there is anything, and tells what each call found. */
async function slices(session_id: string, text: string): Promise<number[][]> {
  const found: number[][] = []
  for (let before: number | null | undefined = Number.MAX_SAFE_INTEGER; before; ) {
    const query = { session_id, text, seq: { $lt: before } }
    const { data, searched_to }: { data: Message[]; searched_to?: number | null } = await yard.admin.rest
      .service('messages')
      .find({ query })
    found.push(data.map(({ seq }) => seq))
    before = searched_to
  }
  return found
}

test('a long session is looked through in slices, and its prompts are stepped through by their own index', async () => {
  const session_id = await longSession(2 * slice.messages + 10)
  seen.clear()
  expect(await slices(session_id, 'nEEDLE')).toEqual([[], [slice.messages + 5], [1]])
  // What is explained below is the call that came last: on the newest slice, which is a whole one.
  const newest = { session_id, text: 'nEEDLE', seq: { $lt: 2 * slice.messages + 11 } }
  await yard.admin.rest.service('messages').find({ query: newest })
  const query = {
    session_id,
    type: 'prompt',
    seq: { $lt: 9_000 },
    $sort: { seq: -1 },
    $limit: 1,
    $total: false,
  }
  expect(await yard.admin.rest.service('messages').find({ query })).toMatchObject({ data: [{ seq: 1 }] })

  const read: [string | undefined, number][] = []
  for (const { text, values } of seen.values()) {
    if (!text.includes('from messages')) continue
    const [row] = await yard.database.db.query<{ 'QUERY PLAN': { Plan: Plan }[] }>({
      text: `explain (analyze, format json) ${text}`,
      ...(values ? { values } : {}),
    })
    const visit = (plan: Plan): void => {
      const rows = (plan['Actual Rows'] ?? 0) + (plan['Rows Removed by Filter'] ?? 0)
      if (plan['Relation Name'] === 'messages') read.push([plan['Index Name'], rows])
      for (const below of plan.Plans ?? []) visit(below)
    }
    visit(row!['QUERY PLAN'][0]!.Plan)
  }
  // Sums along a window are made of one row ahead.
  expect(read).toEqual([
    ['messages_session_seq', slice.messages + 1],
    ['messages_session_seq', slice.messages],
    ['messages_prompts', 1],
  ])
})

test('a slice ends where much was said, too, and with a single message at the latest', async () => {
  const { id } = await yard.session((await yard.worktree()).id)
  await yard.database.db.query({
    text: `insert into messages (id, session_id, worktree_id, seq, type, role, content)
      select gen_random_uuid(), s.id, s.worktree_id, n, 'text', 'agent', jsonb_build_array(jsonb_build_object('text', said))
      from sessions s, generate_series(1, 3) n, (select string_agg(md5(i::text), '') as said from generate_series(1, $2::int) i)
      where s.id = $1`,
    values: [id, Math.ceil((slice.bytes * 1.5) / 32)],
  })
  expect(await slices(id, 'c4ca4238')).toEqual([[3], [2], [1]])
})
