import type { Db } from '@yardmaster/store'
import { executorOf } from './kit/processes'
import { Scene } from './kit/scene'
import { until } from './kit/until'
import { expectWhole, textOf } from './kit/whole'
import { Yard } from './kit/yard'

const waiting = 'until [ -e GATE ]; do sleep 0.05; done; echo done'

/** Two runs in two worktrees whose commands wait. */
async function twoRuns(yard: Yard): Promise<Scene[]> {
  const scenes = [await Scene.set(yard), await Scene.set(yard)]
  for (const scene of scenes) await scene.prompt(waiting)
  for (const scene of scenes) {
    await until(() => scene.ran() === 1)
    await scene.taskIs(({ status }) => status === 'running')
  }
  return scenes
}

/** As if nothing had been heard of the runtime for an hour, by the only clock that counts. */
const anHourAgo = async (database: Db): Promise<void> => {
  await database.query({
    text: `update tasks set lease_expires_at = clock_timestamp() - interval '1 hour' where lease_expires_at is not null`,
  })
  await database.query({ text: `update runtimes set last_seen_at = last_seen_at - interval '1 hour'` })
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
    yard = await Yard.open({ limits: { heartbeat_timeout: 3_000, sweep: 100, sweep_late: 1_500 } })
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
    await yard.start()
    await expectBothWentOn(scenes)
  })

  it('gives up no run because the laptop slept past every lease', async () => {
    const scenes = await twoRuns(yard)
    process.kill(yard.daemon, 'SIGSTOP')
    await anHourAgo(database)
    // The sleep is real as well: its sweep must find that its own tick came late.
    await until(async () => {
      const text = `select from runtimes where last_seen_at < clock_timestamp() - interval '1 hour 2 seconds'`
      return (await database.query({ text })).length > 0
    })
    process.kill(yard.daemon, 'SIGCONT')
    await expectBothWentOn(scenes)
  })

  it('gives up no run whose executor slept past the heartbeat timeout', async () => {
    const [scene] = (await twoRuns(yard)) as [Scene, Scene]
    const executor = await executorOf(yard.home, scene.task)
    process.kill(executor.pid, 'SIGSTOP')
    const [stoppedAt] = await database.query<{ now: Date }>({ text: 'select clock_timestamp() as now' })
    await until(async () => {
      const text = `select from runtimes where last_seen_at > $1::timestamptz + interval '4 seconds'`
      return (await database.query({ text, values: [stoppedAt!.now] })).length > 0
    })
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
    const [first, second] = (await twoRuns(yard)) as [Scene, Scene]
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
    const [scene] = (await twoRuns(yard)) as [Scene, Scene]
    await scene.stop()
    expect(await scene.ended()).toMatchObject({ status: 'stopped' })
    await expectWhole(scene, [])
  })
})
