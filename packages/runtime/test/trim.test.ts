import { sessionEvents } from '@yardmaster/store'
import fc from 'fast-check'
import { asSystem, removeSession, Trim } from '../src/index.js'
import { blocked, type Host, Yard } from './yard.js'

const DAY = 86_400_000

let yard: Yard
let host: Host
beforeAll(async () => {
  yard = await Yard.open()
  host = await yard.runtime()
})
afterAll(() => yard.close())
beforeEach(() => yard.query('delete from sessions'))

/** A session whose log has so many events. */
async function logOf(events: number): Promise<string> {
  const id = await yard.sessionOn(host)
  await yard.query(
    `insert into session_events (session_id, seq, type, data)
     select $1, n, 'sessions patched', '{}' from generate_series(2, $2::bigint) n`,
    id,
    events,
  )
  await yard.query('update sessions set last_seq = $2 where id = $1', id, events)
  return id
}

/** As if these events, or all, had been logged two days ago. */
const growOld = (session_id: string, seqs: number[] | null = null) =>
  yard.query(
    `update session_events set at = clock_timestamp() - interval '2 days'
     where session_id = $1 and ($2::bigint[] is null or seq = any($2))`,
    session_id,
    seqs,
  )
const trim = (retention = DAY) => new Trim(yard.db, retention).look()
const seqs = async (session_id: string) => (await yard.events(session_id)).map(({ seq }) => seq)
const trimmed = async (session_id: string) =>
  (
    await yard.query<{ trimmed_seq: number }>('select trimmed_seq from sessions where id = $1', session_id)
  )[0]!.trimmed_seq

test('only events older than the retention go, and nothing goes without one', async () => {
  const id = await logOf(5)
  await growOld(id, [1, 2, 3])
  await trim(0)
  await trim(3 * DAY)
  expect(await seqs(id)).toEqual([1, 2, 3, 4, 5])
  await trim()
  expect(await seqs(id)).toEqual([4, 5])
  expect(await trimmed(id)).toBe(3)
})

test('a log that is trimmed as a whole goes on counting where it was', async () => {
  const id = await logOf(4)
  await growOld(id)
  await trim()
  expect(await seqs(id)).toEqual([])
  expect(await trimmed(id)).toBe(4)
  await yard.prompt(id)
  expect((await seqs(id))[0]).toBe(5)
  await trim()
  expect(await trimmed(id)).toBe(4)
})

test('many sessions and long logs are trimmed in parts, to the end', async () => {
  const long = await logOf(1_500)
  const more = await Promise.all(Array.from({ length: 130 }, () => logOf(2)))
  for (const id of [long, ...more]) await growOld(id)
  const young = await logOf(3)
  const trimmer = new Trim(yard.db, DAY)
  await trimmer.look()
  await trimmer.look()
  const [left] = await yard.query('select count(*) as events from session_events')
  expect(left).toEqual({ events: 3 })
  expect(await seqs(young)).toEqual([1, 2, 3])
})

test('two daemons that trim at once, while the log grows, leave it whole', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, () => logOf(300)))
  for (const id of ids) await growOld(id)
  const [one, other] = [new Trim(yard.db, DAY), new Trim(yard.db, DAY)]
  for (let round = 0; round < 3; round++)
    await Promise.all([one.look(), other.look(), ...ids.map((id) => yard.prompt(id))])
  await one.look()
  for (const id of ids) {
    const { last_seq } = await yard.sessionRow(id)
    expect(await trimmed(id)).toBe(300)
    expect(await seqs(id)).toEqual(Array.from({ length: last_seq - 300 }, (_, at) => 301 + at))
  }
})

test('a session that goes takes its log along, and no other', async () => {
  const [gone, kept] = [await logOf(3), await logOf(2)]
  await removeSession(yard.ledger, gone, asSystem)
  expect([await seqs(gone), await seqs(kept)]).toEqual([[], [1, 2]])
})

test('a session that is being written to is not waited for', async () => {
  const [held, free] = [await logOf(3), await logOf(3)]
  await growOld(held)
  await growOld(free)
  await yard.db.transaction(async (tx) => {
    await tx.query({ text: 'update sessions set last_seq = last_seq where id = $1', values: [held] })
    await Promise.race([trim(), blocked(yard.db).then(() => Promise.reject(new Error('It waits')))])
    expect(await seqs(free)).toEqual([])
    expect(await seqs(held)).toHaveLength(3)
  })
  await trim()
  expect(await seqs(held)).toEqual([])
})

test('whatever grew old, in any order: a page is what was written behind its place, or that is said to be trimmed', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.boolean(), { minLength: 1, maxLength: 12 }),
      fc.nat(13),
      async (old, after) => {
        const id = await logOf(old.length)
        await growOld(
          id,
          old.flatMap((is, at) => (is ? [at + 1] : [])),
        )
        await trim()
        const young = old.indexOf(false)
        const gone = young < 0 ? old.length : young
        const rows = await sessionEvents(yard.db, yard.user, id, after, 100)
        expect(rows[0]!.trimmed_seq).toBe(gone)
        const behind = old.map((_, at) => at + 1).filter((seq) => seq > after)
        expect(rows.flatMap(({ wire }) => wire?.seq ?? [])).toEqual(after < gone ? [] : behind)
      },
    ),
    { numRuns: 60 },
  )
})
