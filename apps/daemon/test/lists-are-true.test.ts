import type * as protocol from '@yardmaster/protocol'
import { rank } from '@yardmaster/protocol'
import * as store from '@yardmaster/store'
import fc from 'fast-check'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { openTransport, type Transport, transports } from './helpers/calls'

type Value = string | number | boolean | null
type Row = Record<string, Value>
type Query = Record<string, unknown>
interface Asked extends Query {
  $or?: Query[]
  $sort?: Record<string, 1 | -1>
  $limit?: number
  $skip?: number
  $select?: string[]
  $total?: boolean
}

/** Services whose lists are scoped by worktree: their tables, presenters and which row belongs to which worktree. */
const lists = {
  worktrees: { table: 'worktrees', present: store.presentWorktree, worktree: 'id' },
  sessions: { table: 'sessions', present: store.presentSession, worktree: 'worktree_id' },
  tasks: { table: 'tasks', present: store.presentTask, worktree: 'worktree_id' },
  messages: { table: 'messages', present: store.presentMessage, worktree: 'worktree_id' },
  'permission-requests': {
    ...{ table: 'permission_requests', present: store.presentPermissionRequest, worktree: 'worktree_id' },
  },
  allowances: { table: 'allowances', present: store.presentAllowance, worktree: 'worktree_id' },
  grants: { table: 'grants', present: store.presentGrant, worktree: 'worktree_id' },
} as const
type Service = keyof typeof lists
const services = Object.keys(lists) as Service[]

let yard: TestDaemon
let viewer: Person
let seen: string[]
const rows = {} as Record<Service, Row[]>
/** The fields that a list compares, as its documentation names them. */
const fields = {} as Record<Service, string[]>

beforeAll(async () => {
  yard = await startTestDaemon({ limits: { heartbeat_timeout: 3_600_000 } })
  viewer = await yard.person()
  seen = await fill(viewer.user.id)
  const document = JSON.parse(await (await fetch(`${yard.url}/openapi.json`)).text())
  for (const path of services) {
    const { table, present } = lists[path]
    rows[path] = (
      await yard.database.db.query<{ wire: Row }>({ text: `select ${present('x')} as wire from ${table} x` })
    ).map(({ wire }) => wire)
    fields[path] = (document.paths[`/${path}`].get.parameters as { name: string }[])
      .map(({ name }) => name)
      .filter((name) => name in (rows[path][0] ?? {}))
  }
})
afterAll(() => yard.stop())

/**
 * Six worktrees of two repos, three of which the viewer sees: by a grant, through a team, by what others can. Times are
 * whole seconds and texts are small letters, so that JavaScript and every collation order them alike.
 */
async function fill(user_id: string): Promise<string[]> {
  const [answer] = await yard.database.db.query<{ seen: string[] }>({
    text: `
      with host as (insert into runtimes (id, name, last_seen_at) values (gen_random_uuid(), 'host', now()) returning id),
      r as (insert into repos (id, name, path, default_branch)
        select gen_random_uuid(), 'repo-' || n, '/' || n, 'main' from generate_series(0, 1) n returning id, name),
      w as (insert into worktrees (id, repo_id, node_id, runtime_id, name, branch, target_branch, path, base_sha,
          others_can, created_by, created_at, archived_at)
        select gen_random_uuid(), r.id, gen_random_uuid(), host.id, 'wt-' || n, 'b-' || n % 2, 'main', 'p' || n, '',
          case n when 2 then 'session' else 'none' end::level, case n % 2 when 0 then $1::uuid end,
          timestamptz '2030-01-01' + n % 3 * interval '1 second', case n % 3 when 0 then timestamptz '2030-02-01' end
        from host, generate_series(0, 5) n join r on r.name = 'repo-' || n % 2 returning id, runtime_id, name),
      t as (insert into teams (id, name) values (gen_random_uuid(), 'team') returning id),
      m as (insert into team_members (id, team_id, user_id) select gen_random_uuid(), t.id, $1 from t),
      g as (insert into grants (id, worktree_id, user_id, team_id, level, created_at)
        select gen_random_uuid(), w.id, case x.who when 'viewer' then $1::uuid when 'admin' then $2::uuid end,
          case x.who when 'team' then t.id end, x.level::level, timestamptz '2030-01-01' + x.n * interval '1 second'
        from t, (values (0, 'viewer', 'view'), (0, 'admin', 'session'), (1, 'team', 'prompt'), (1, 'admin', 'all'),
          (2, 'admin', 'owner'), (3, 'admin', 'owner'), (4, 'admin', 'view')) x(n, who, level) join w on w.name = 'wt-' || x.n),
      s as (insert into sessions (id, worktree_id, node_id, runtime_id, harness, title, created_by, last_ending,
          created_at, last_activity_at, archived_at)
        select gen_random_uuid(), w.id, gen_random_uuid(), w.runtime_id, 'h-' || n % 2, case n when 0 then null else 'title-' || n end,
          case n % 2 when 0 then $1::uuid end, case n when 1 then 'failed' when 2 then 'completed' end,
          timestamptz '2030-01-01' + n * interval '1 second', timestamptz '2030-01-02' - n * interval '1 second',
          case n when 3 then timestamptz '2030-03-01' end
        from w, generate_series(0, 3) n returning id, worktree_id, runtime_id, title),
      k as (insert into tasks (id, session_id, worktree_id, runtime_id, created_by, prompt, status, attempt, position,
          created_at, started_at, failure_reason)
        select gen_random_uuid(), s.id, s.worktree_id, s.runtime_id, case n % 2 when 0 then $1::uuid end, 'p',
          (array['completed', 'failed', 'queued'])[n % 3 + 1], n % 3, n / 2.0,
          timestamptz '2030-01-01' + n % 2 * interval '1 second',
          case n % 3 when 2 then null else timestamptz '2030-01-01' end, case n % 3 when 1 then 'refused' end
        from s, generate_series(0, 4) n where s.title is distinct from 'title-3' or n < 2
        returning id, session_id, worktree_id, attempt, position),
      said as (insert into messages (id, session_id, task_id, worktree_id, attempt, seq, type, role, client_id, status, created_at)
        select gen_random_uuid(), k.session_id, k.id, k.worktree_id, k.attempt, k.position * 10 + n,
          (array['prompt', 'text', 'tool_call'])[n + 1], case n when 0 then 'user' else 'agent' end,
          case n when 0 then null else 'c' || n end, case n when 2 then 'streaming' else 'final' end,
          timestamptz '2030-01-01' + n * interval '1 second'
        from k, generate_series(0, 2) n),
      asked as (insert into permission_requests (id, session_id, task_id, worktree_id, attempt, client_id, tool_call, options, status, created_at)
        select gen_random_uuid(), k.session_id, k.id, k.worktree_id, k.attempt, 'p', '{}', '[]', 'cancelled',
          timestamptz '2030-01-01' from k),
      always as (insert into allowances (id, session_id, worktree_id, kind, title, subject, option_kind, option_name, created_by, created_at)
        select gen_random_uuid(), s.id, s.worktree_id, 'execute', 'run ' || n, '{}', (array['allow_always', 'reject_always'])[n], 'Always',
          case n when 1 then $1::uuid end, timestamptz '2030-01-01' from s, generate_series(1, 2) n),
      noted as (insert into session_events (session_id, seq, type, data)
        select s.id, n, 'tasks patched', '{}' from s, generate_series(1, 13) n)
      select array(select id::text from w where name in ('wt-0', 'wt-1', 'wt-2')) as seen`,
    values: [user_id, yard.admin.user.id],
  })
  return answer!.seen
}

const isTime = (value: Value) => typeof value === 'string' && /^\d{4}-\d\d-\d\dT/.test(value)

/** As the database orders two values of a field, neither of them null. */
function compare(field: string, a: Value, b: Value): number {
  if (isTime(a) && isTime(b)) return Date.parse(String(a)) - Date.parse(String(b))
  if (field === 'level') return rank(a as protocol.Level) - rank(b as protocol.Level)
  return a! < b! ? -1 : a! > b! ? 1 : 0
}

/** What an operator means, null being neither equal nor unequal to anything but for `$ne`. */
function holds(field: string, is: Value, operator: string, wanted: unknown): boolean {
  const same = (value: Value) => is !== null && value !== null && compare(field, is, value) === 0
  if (operator === '$in') return (wanted as Value[]).some(same)
  if (operator === '$nin') return !(wanted as Value[]).some(same)
  if (operator === '$ne') return is === null || wanted === null ? is !== wanted : !same(wanted as Value)
  if (is === null || wanted === null) return false
  const order = compare(field, is, wanted as Value)
  return { $gt: order > 0, $gte: order >= 0, $lt: order < 0, $lte: order <= 0 }[operator] as boolean
}

const fits = (row: Row, filters: Query): boolean =>
  Object.entries(filters).every(([field, wanted]) => {
    const is = row[field] as Value
    if (wanted === null) return is === null
    if (typeof wanted !== 'object') return is !== null && compare(field, is, wanted as Value) === 0
    return Object.entries(wanted).every(([operator, value]) => holds(field, is, operator, value))
  })

/** The answer of a list, found without SQL: filter, count, sort and cut all rows there are. */
function expected(path: Service, query: Query) {
  const { $or, $sort = {}, $limit = 50, $skip = 0, $select, $total, ...filters } = query as Asked
  const visible = rows[path].filter((row) => seen.includes(row[lists[path].worktree] as string))
  const found = visible.filter((row) => fits(row, filters) && (!$or || $or.some((one) => fits(row, one))))
  const last = path === 'messages' && typeof filters.session_id === 'string' ? 'seq' : 'id'
  const order = Object.entries({ ...$sort, [last]: $sort[last] ?? 1 }) as [string, 1 | -1][]
  found.sort((a, b) => {
    for (const [field, way] of order) {
      const [one, other] = [a[field] as Value, b[field] as Value]
      // Null counts as the greatest.
      const by =
        one === null || other === null
          ? Number(one === null) - Number(other === null)
          : compare(field, one, other)
      if (by !== 0) return by * way
    }
    return 0
  })
  const only = (row: Row) =>
    Object.fromEntries(
      Object.entries(row).filter(([name]) => !$select || name === 'id' || $select.includes(name)),
    )
  const bySeq =
    filters.seq !== null && typeof filters.seq === 'object' && ('$gt' in filters.seq || '$lt' in filters.seq)
  return {
    ...($total === false || bySeq ? {} : { total: found.length }),
    limit: $limit,
    skip: $skip,
    data: found.slice($skip, $skip + $limit).map(only),
  }
}

/** Queries made of the values that there are, those of rows that are not to be seen among them. */
function queries(path: Service): fc.Arbitrary<Query> {
  const anyOf = (field: string) => {
    const values = [...new Set(rows[path].map((row) => row[field] as Value))]
    return fc.constantFrom(...(values.length > 0 ? values : [null]))
  }
  const filterOf = (field: string): fc.Arbitrary<unknown> =>
    fc.oneof(
      anyOf(field),
      fc
        .constantFrom('$gt', '$gte', '$lt', '$lte', '$ne')
        .chain((operator) => anyOf(field).map((value) => ({ [operator]: value }))),
      fc
        .constantFrom('$in', '$nin')
        .chain((operator) =>
          fc.array(anyOf(field), { minLength: 1, maxLength: 6 }).map((value) => ({ [operator]: value })),
        ),
    )
  const filters = (min: number, max: number): fc.Arbitrary<Query> =>
    fc
      .subarray(fields[path], { minLength: min, maxLength: max })
      .chain((names) =>
        fc
          .tuple(...names.map(filterOf))
          .map((values) => Object.fromEntries(names.map((name, n) => [name, values[n]]))),
      )
  const sorts = fc
    .subarray(fields[path], { maxLength: 2 })
    .chain((names) =>
      fc
        .tuple(...names.map(() => fc.constantFrom(1, -1)))
        .map((ways) => Object.fromEntries(names.map((name, n) => [name, ways[n]]))),
    )
  const more = fc.record(
    {
      $or: fc.array(filters(1, 2), { minLength: 1, maxLength: 3 }),
      $sort: sorts,
      $limit: fc.nat(12),
      $skip: fc.nat(12),
      $select: fc.subarray(Object.keys(rows[path][0] ?? { id: '' }), { minLength: 1 }),
      $total: fc.boolean(),
    },
    { requiredKeys: [] },
  )
  return fc.tuple(filters(0, 2), more).map(([by, rest]) => ({ ...by, ...rest }))
}

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  test.each(services)('%s are those that fit and may be seen: in number, order and fields', async (path) => {
    let found = 0
    await fc.assert(
      fc.asyncProperty(queries(path), async (query) => {
        const { status, body } = await transport.call(viewer.token, { path, method: 'find', query })
        const wanted = expected(path, query)
        expect([status, body]).toEqual([200, wanted])
        found += wanted.data.length
      }),
      { numRuns: process.env.TEST_SCALE === 'full' ? 500 : 60 },
    )
    // Queries that find nothing would prove little.
    expect(found).toBeGreaterThan(5)
  })
  const pages = async (path: string, query: Query, next: (last: number) => Query) => {
    const seqs: number[] = []
    for (;;) {
      const { body } = await transport.call(viewer.token, {
        path,
        method: 'find',
        query: { ...query, ...(seqs.length > 0 ? next(seqs.at(-1)!) : {}) },
      })
      seqs.push(...body.data.map(({ seq }: { seq: number }) => seq))
      if (body.data.length < (query.$limit as number)) return seqs
    }
  }

  test('transcripts and logs are read by seq in pages of any size, whole and each once', async () => {
    const ofSession = (session_id: string) =>
      rows.messages.filter((row) => row.session_id === session_id).map(({ seq }) => seq as number)
    const visible = rows.sessions.filter(({ worktree_id }) => seen.includes(worktree_id as string))
    const session_id = String(visible.find(({ id }) => ofSession(id as string).length > 10)?.id)
    const said = ofSession(session_id).sort((a, b) => a - b)
    const noted = Array.from({ length: 13 }, (_, n) => n + 1)
    for (const $limit of [1, 2, 5, 13, 50]) {
      const of = { session_id, $limit }
      const down = { ...of, $sort: { seq: -1 } }
      expect(await pages('messages', of, (last) => ({ seq: { $gt: last } }))).toEqual(said)
      expect(await pages('messages', down, (last) => ({ seq: { $lt: last } }))).toEqual([...said].reverse())
      expect(await pages('session-events', of, (last) => ({ after: last }))).toEqual(noted)
      expect(await pages('session-events', of, (last) => ({ seq: { $gt: last } }))).toEqual(noted)
    }
    const unseen = String(rows.sessions.find(({ worktree_id }) => !seen.includes(worktree_id as string))?.id)
    for (const path of ['messages', 'session-events'])
      expect(await pages(path, { session_id: unseen, $limit: 5 }, () => ({}))).toEqual([])
  })
})
