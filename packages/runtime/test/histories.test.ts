import fc from 'fast-check'
import { brokenLogs, brokenPromises, brokenRules } from './histories/check.js'
import { type Kind, kinds, type Step, World } from './histories/world.js'
import { Yard } from './yard.js'

jest.setTimeout(1_800_000)

const RUNS = process.env.TEST_SCALE === 'full' ? 500 : 60
const seed = Number(process.env.TEST_SEED ?? Math.floor(Math.random() * 2 ** 31))

let yard: Yard
beforeAll(async () => {
  yard = await Yard.open()
})
afterAll(() => yard.close())

const often: Partial<Record<Kind, number>> = {
  prompt: 7,
  claim: 8,
  start: 7,
  end: 6,
  write: 3,
  ask: 4,
  decide: 6,
  heartbeat: 3,
}
const weighted: Kind[] = kinds.flatMap((kind) => Array<Kind>(often[kind] ?? 1).fill(kind))
const number = fc.nat(999)
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom(...weighted),
  a: number,
  b: number,
  c: number,
})
/** Steps one after the other, the calls of each at once. */
const history = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 8, maxLength: 24 })

it(`${RUNS} random concurrent histories break no rule`, async () => {
  const seen = { histories: 0, calls: 0, claims: 0, endings: 0, late: 0, stops: 0, requests: 0, answers: 0 }
  const survives = fc.asyncProperty(history, async (steps) => {
    const world = await World.make(yard)
    const violations = () => [...world.violations]
    try {
      await world.begin()
      for (const group of steps) {
        await Promise.all(group.map((one) => world.do(one)))
        seen.calls += group.length
        expect([...violations(), ...(await brokenRules(world))]).toEqual([])
      }
      await world.drain()
      expect([
        ...violations(),
        ...(await brokenRules(world)),
        ...(await brokenLogs(world)),
        ...(await brokenPromises(world)),
      ]).toEqual([])
      expect(await stuck(world)).toEqual([])
    } finally {
      await yard.query('delete from sessions')
    }
    seen.histories++
    seen.claims += world.handouts.length
    seen.endings += world.ended.size
    seen.late += world.kept.size
    seen.stops += world.stopped.size
    seen.requests += world.requests.length
    seen.answers += world.decided.size
  })
  await fc.assert(survives, { numRuns: RUNS, seed, endOnFailure: process.env.TEST_SHRINK !== '1' })
  expect(seen.histories).toBe(RUNS)
  // Histories in which nothing came about would break no rule either.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(0)
  process.stdout.write(
    `${Object.entries(seen)
      .map(([what, count]) => `${count} ${what}`)
      .join(', ')}, seed ${seed}\n`,
  )
})

/** Tasks that stayed when everything that could go on had gone on. */
async function stuck({ sessions }: World): Promise<string[]> {
  const rows = await yard.query<{ id: string; status: string }>(
    `select id, status from tasks where session_id = any($1)
       and status not in ('completed', 'failed', 'timed_out', 'stopped', 'cancelled')`,
    sessions,
  )
  return rows.map(({ id, status }) => `${id} is still ${status}`)
}
