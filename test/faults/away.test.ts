import type { Db } from '@yardmaster/store'
import { executorOf } from './kit/processes'
import { Scene } from './kit/scene'
import { until } from './kit/until'
import { expectWhole, textOf } from './kit/whole'
import { Yard } from './kit/yard'

const waiting = 'until [ -e GATE ]; do sleep 0.05; done; echo done'

/** A run whose command waits. */
async function aRun(yard: Yard): Promise<Scene> {
  const scene = await Scene.set(yard)
  await scene.prompt(waiting)
  await until(() => scene.ran() === 1)
  await scene.taskIs(({ status }) => status === 'running')
  return scene
}

/** Two of them at once, in two worktrees. */
const twoRuns = async (yard: Yard): Promise<[Scene, Scene]> => [await aRun(yard), await aRun(yard)]

/** As if every lease had run out just now. */
const leasesRunOut = async (database: Db): Promise<void> => {
  await database.query({
    text: 'update tasks set lease_expires_at = clock_timestamp() where lease_expires_at is not null',
  })
}

/** As if nothing had been heard of the runtime for an hour, by the only clock that counts. */
const anHourAgo = async (database: Db): Promise<void> => {
  await database.query({
    text: `update tasks set lease_expires_at = clock_timestamp() - interval '1 hour' where lease_expires_at is not null`,
  })
  await database.query({ text: `update runtimes set last_seen_at = last_seen_at - interval '1 hour'` })
}

/** Waits until the database's clock says that so much time has gone by: nothing else shows that nothing was done. */
async function passes(database: Db, time: string): Promise<void> {
  const [since] = await database.query<{ now: string }>({ text: 'select clock_timestamp()::text as now' })
  const text = `select $1::timestamptz + $2::interval < clock_timestamp() as passed`
  await until(async () => {
    const [row] = await database.query<{ passed: boolean }>({ text, values: [since!.now, time] })
    return row!.passed
  })
}

/** Everything that the log told of a task's status, in its order, repetitions left out. */
async function statuses(scene: Scene): Promise<string[]> {
  const told = (await scene.events()).flatMap(({ type, data }) => {
    const { id, status } = data as { id: string; status: string }
    return type.startsWith('tasks ') && id === scene.task.id ? [status] : []
  })
  return told.filter((status, at) => status !== told[at - 1])
}

const wentOn = ['queued', 'dispatched', 'running', 'completed']

describe('a daemon that was away', () => {
  let yard: Yard
  let database: Db

  beforeAll(async () => {
    yard = await Yard.open({ limits: { heartbeat_timeout: 8_000, sweep: 100, sweep_late: 1_500 } })
    database = yard.database()
  })
  afterAll(async () => {
    await database.close()
    await yard.close()
  })

  const expectBothWentOn = async (scenes: Scene[]) => {
    for (const scene of scenes) {
      scene.open()
      expect(await scene.ended()).toMatchObject({ status: 'completed', attempt: 1 })
      expect(await statuses(scene)).toEqual(wentOn)
      expect(scene.ran()).toBe(1)
      await expectWhole(scene, [])
    }
  }

  /** Keeps the next heartbeat back while the sweep has time for several looks, each of which finds every lease out. */
  const duringSilence = async (back: () => Promise<void> | void) => {
    const heartbeat = yard.relay.hold('request', ({ custom }) => custom === 'heartbeat')
    await back()
    await heartbeat.reached
    await passes(database, '1 second')
    heartbeat.release()
  }

  it('takes two runs in two worktrees up again after kill -9', async () => {
    const scenes = await twoRuns(yard)
    await yard.killDaemon()
    await yard.start()
    await expectBothWentOn(scenes)
  })

  it('gives up no run that lives because it was dead for an hour', async () => {
    const scenes = await twoRuns(yard)
    await yard.killDaemon()
    await anHourAgo(database)
    await duringSilence(() => yard.start())
    await expectBothWentOn(scenes)
  })

  it('gives up no run because the laptop slept past every lease', async () => {
    const scenes = await twoRuns(yard)
    // So long after its start the sweep acts at once.
    await passes(database, '10 seconds')
    process.kill(yard.daemon, 'SIGSTOP')
    // A heartbeat on its way would be answered first.
    yard.relay.sever()
    // While it sleeps, not before: a look that it fell asleep in would rightly have found them out already.
    await leasesRunOut(database)
    // The sleep is real as well: the sweep must find that its own tick came late.
    await passes(database, '3 seconds')
    await duringSilence(() => void process.kill(yard.daemon, 'SIGCONT'))
    await expectBothWentOn(scenes)
  })

  it('gives up no run whose executor slept past the heartbeat timeout', async () => {
    const scene = await aRun(yard)
    const executor = await executorOf(yard.home, scene.task)
    process.kill(executor.pid, 'SIGSTOP')
    await passes(database, '10 seconds')
    expect(await scene.taskIs(() => true)).toMatchObject({ status: 'running' })
    process.kill(executor.pid, 'SIGCONT')
    await expectBothWentOn([scene])
  })
})

describe.each([
  ['ahead', 3_600_000],
  ['behind', -3_600_000],
])('a host whose clock is an hour %s', (_, off) => {
  let yard: Yard

  beforeAll(async () => {
    const shift = require.resolve('./kit/hour-off.mjs')
    yard = await Yard.open({
      env: { CLOCK_OFF: String(off), NODE_OPTIONS: `--import ${shift}` },
      limits: { heartbeat_timeout: 3_000, sweep: 100 },
    })
  })
  afterAll(() => yard.close())

  it('runs, is taken up again after kill -9, and goes on in the right order', async () => {
    const [first, second] = await twoRuns(yard)
    await yard.killDaemon()
    await yard.start()
    first.open()
    second.open()
    for (const scene of [first, second]) {
      const { completed_at, created_at } = await scene.ended()
      expect(scene.task).toMatchObject({ status: 'completed', attempt: 1 })
      // Reported by the host, and kept as it was said.
      expect(Math.sign(Date.parse(completed_at!) - Date.parse(created_at))).toBe(Math.sign(off))
      expect(await statuses(scene)).toEqual(wentOn)
      await expectWhole(scene, [])
      // What came later stands later, and the conversation went on in it.
      const texts = (await scene.messages()).map(textOf)
      expect(texts.at(-1)).toBe('ran 1 command: 0')
      expect(texts.indexOf('again\n')).toBeGreaterThan(texts.indexOf('done\n'))
    }
  })

  it('is stopped like any other', async () => {
    const scene = await aRun(yard)
    await scene.stop()
    expect(await scene.ended()).toMatchObject({ status: 'stopped' })
    await expectWhole(scene, [])
  })
})
