import fc from 'fast-check'
import { Brake, beginLook, FleetBrake, lookAtFleet } from '../src/index.js'
import { blocked, type Host, runOf, Yard } from './yard.js'

describe('the brake', () => {
  const TIMEOUT = 45_000
  const LATE = 30_000
  const TICK = 5_000

  it('holds until the daemon has been there for one heartbeat timeout', () => {
    const brake = new Brake(TIMEOUT, LATE, 0)
    for (let now = TICK; now < TIMEOUT; now += TICK) expect(brake.tick(now)).toBe(false)
    expect(brake.tick(TIMEOUT)).toBe(true)
    expect(brake.tick(TIMEOUT + TICK)).toBe(true)
  })

  it('holds for another one when its own tick came late', () => {
    const brake = new Brake(TIMEOUT, LATE, 0)
    for (let now = TICK; now <= 2 * TIMEOUT; now += TICK) brake.tick(now)
    const woke = 2 * TIMEOUT + 3_600_000
    expect(brake.tick(woke)).toBe(false)
    for (let now = woke + TICK; now < woke + TIMEOUT; now += TICK) expect(brake.tick(now)).toBe(false)
    expect(brake.tick(woke + TIMEOUT)).toBe(true)
  })

  it('does not take a tick that is a little late for a sleep', () => {
    const brake = new Brake(TIMEOUT, LATE, 0)
    for (let now = LATE; now < TIMEOUT; now += LATE) expect(brake.tick(now)).toBe(false)
    expect(brake.tick(2 * LATE)).toBe(true)
  })

  it('never lets the sweep act within one timeout of a gap or a clock set back, and always after it', () => {
    const steps = fc.array(fc.integer({ min: -20_000, max: 90_000 }), { minLength: 1, maxLength: 60 })
    fc.assert(
      fc.property(steps, (steps) => {
        const brake = new Brake(TIMEOUT, LATE, 0)
        let [now, since] = [0, 0]
        for (const step of steps) {
          now += step
          if (step > LATE || step < 0) since = now
          expect(brake.tick(now)).toBe(now - since >= TIMEOUT)
        }
      }),
    )
  })
})

describe('the brake for a fleet', () => {
  const TIMEOUT = 45_000

  it('waits one timeout more when more than half of three or more fall silent together, then lets go', () => {
    const brake = new FleetBrake(TIMEOUT)
    expect(brake.holds({ heard: 3, quiet: 2 }, 0)).toBe(true)
    expect(brake.holds({ heard: 3, quiet: 3 }, TIMEOUT - 1)).toBe(true)
    expect(brake.holds({ heard: 3, quiet: 3 }, TIMEOUT)).toBe(false)
  })

  it('waits no longer than one timeout when the clock is set back meanwhile', () => {
    const brake = new FleetBrake(TIMEOUT)
    expect(brake.holds({ heard: 3, quiet: 3 }, 3_600_000)).toBe(true)
    expect(brake.holds({ heard: 3, quiet: 3 }, 0)).toBe(true)
    expect(brake.holds({ heard: 3, quiet: 3 }, TIMEOUT)).toBe(false)
  })

  it('does not wait for one, for two, or for half of many', () => {
    const brake = new FleetBrake(TIMEOUT)
    for (const fleet of [
      { heard: 1, quiet: 1 },
      { heard: 2, quiet: 2 },
      { heard: 4, quiet: 2 },
    ])
      expect(brake.holds(fleet, 0)).toBe(false)
  })

  it('waits anew when they were heard in between', () => {
    const brake = new FleetBrake(TIMEOUT)
    expect(brake.holds({ heard: 4, quiet: 3 }, 0)).toBe(true)
    expect(brake.holds({ heard: 4, quiet: 0 }, 10_000)).toBe(false)
    expect(brake.holds({ heard: 4, quiet: 3 }, TIMEOUT)).toBe(true)
  })

  it('counts those that are there and quiet, on real rows', async () => {
    const yard = await Yard.open()
    try {
      const hosts = [await yard.runtime(), await yard.runtime(), await yard.runtime()]
      expect(await lookAtFleet(yard.db, TIMEOUT, await beginLook(yard.db))).toEqual({ heard: 3, quiet: 0 })
      const ids = hosts.slice(1).map(({ id }) => id)
      await yard.query(
        "update runtimes set last_seen_at = last_seen_at - interval '1 hour' where id = any($1)",
        ids,
      )
      expect(await lookAtFleet(yard.db, TIMEOUT, await beginLook(yard.db))).toEqual({ heard: 3, quiet: 2 })
    } finally {
      await yard.close()
    }
  })
})

describe('the sweep', () => {
  let yard: Yard
  let host: Host
  beforeAll(async () => {
    yard = await Yard.open()
  })
  afterAll(() => yard.close())
  beforeEach(async () => {
    host = await yard.runtime()
  })
  const running = async (retry = false) => yard.running(host, await yard.sessionOn(host), { retry })

  it('leaves alone what has a lease, even of a runtime that is quiet', async () => {
    const run = await running()
    await yard.query(
      "update runtimes set last_seen_at = last_seen_at - interval '1 hour' where id = $1",
      host.id,
    )
    await yard.sweep()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'running' })
  })

  it('gives up what has none, whoever is still heard', async () => {
    const [run, other] = [await running(), await running()]
    await yard.loseLease(run.task_id)
    await host.heartbeat([runOf(other)])
    await yard.sweep()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'runtime_lost' })
    expect(await yard.task(other.task_id)).toMatchObject({ status: 'running' })
  })

  it('and a renewal at the same moment leave the run going on', async () => {
    for (let round = 0; round < 20; round++) {
      const run = await running()
      await yard.loseLease(run.task_id)
      const [{ gone }] = await Promise.all([host.heartbeat([runOf(run)]), yard.sweep()])
      // Either the renewal came first, or the run was given up and comes back by its next heartbeat.
      if (gone.length > 0) expect((await host.heartbeat([runOf(run)])).gone).toEqual([])
      const task = await yard.task(run.task_id)
      if (task.status === 'failed') await host.heartbeat([runOf(run)])
      expect((await yard.task(run.task_id)).status).toBe('running')
      await yard.end(run, 'completed')
    }
  })

  it('looks again under the lock: what was renewed while it waited is left alone', async () => {
    const run = await running()
    await yard.loseLease(run.task_id)
    const { last_seq } = await yard.sessionRow(run.session_id)
    let swept = Promise.resolve()
    await yard.db.transaction(async (tx) => {
      const [session, task] = [run.session_id, run.task_id]
      await tx.query({ text: 'select 1 from sessions where id = $1 for no key update', values: [session] })
      swept = yard.sweep()
      await blocked(yard.db)
      const text = "update tasks set lease_expires_at = clock_timestamp() + interval '1 hour' where id = $1"
      await tx.query({ text, values: [task] })
    })
    await swept
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'running', given_up_at: null })
    expect((await yard.sessionRow(run.session_id)).last_seq).toBe(last_seq)
  })

  it('judges by when its look began: what ran out while the daemon slept in the middle of one is left alone', async () => {
    const run = await running()
    const as_of = await beginLook(yard.db)
    await yard.query(
      `update tasks set lease_expires_at = $2::timestamptz + interval '1 microsecond' where id = $1`,
      run.task_id,
      as_of,
    )
    await yard.sweep(as_of)
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'running', given_up_at: null })
    await yard.sweep()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'runtime_lost' })
  })

  it('by several daemons at once gives up once', async () => {
    const runs = [await running(), await running(true), await running()]
    for (const { task_id } of runs) await yard.loseLease(task_id)
    await Promise.all([yard.sweep(), yard.sweep(), yard.sweep()])
    for (const { task_id, session_id } of runs) {
      const told = (await yard.events(session_id)).filter(
        ({ type, data }) =>
          type === 'tasks patched' && (data.status === 'failed' || data.status === 'queued'),
      )
      expect(told.map(({ data }) => data.id)).toEqual([task_id])
    }
  })

  it('after a daemon was away for an hour lets a runtime that was there all along go on', async () => {
    const run = await running()
    await yard.query(
      "update runtimes set last_seen_at = last_seen_at - interval '1 hour' where id = $1",
      host.id,
    )
    await yard.query(
      "update tasks set lease_expires_at = lease_expires_at - interval '1 hour' where id = $1",
      run.task_id,
    )
    const brake = new Brake(45_000, 30_000, 0)
    for (let now = 5_000; now <= 40_000; now += 5_000) {
      if (now === 15_000) await host.heartbeat([runOf(run)])
      if (brake.tick(now)) throw new Error('The brake let go too soon')
    }
    expect(brake.tick(45_000)).toBe(true)
    await yard.sweep()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'running', attempt: 1 })
  })

  it("goes by the database's clock: reports an hour off, either way, change nothing", async () => {
    for (const hours of [-1, 1]) {
      const at = new Date(Date.now() + hours * 3_600_000).toISOString()
      const run = await running()
      await yard.sweep()
      expect(await yard.task(run.task_id)).toMatchObject({ status: 'running' })
      await yard.end(run, 'completed', { completed_at: at })
      expect(await yard.task(run.task_id)).toMatchObject({ status: 'completed', completed_at: new Date(at) })
      const next = await yard.running(host, run.session_id)
      await yard.sweep()
      await yard.end(next, 'failed', { failure_reason: 'refused', completed_at: at })
      expect((await yard.sessionRow(run.session_id)).last_ending).toBe('failed')
      const [first, second] = [await yard.task(run.task_id), await yard.task(next.task_id)]
      expect(second.ended_seq!).toBeGreaterThan(first.ended_seq!)
    }
  })
})
