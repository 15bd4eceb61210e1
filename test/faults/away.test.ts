import { type SessionWatch, watchSession } from '@yardmaster/client'
import { isTerminal } from '@yardmaster/protocol'
import type { Db } from '@yardmaster/store'
import { reach } from './kit/moments'
import { executorOf } from './kit/processes'
import { Scene } from './kit/scene'
import { until } from './kit/until'
import { expectWhole, textOf } from './kit/whole'
import { Yard } from './kit/yard'

const waiting = 'until [ -e GATE ]; do sleep 0.05; done; echo done'

let yard: Yard
let database: Db
/** When the daemon that runs was started, or some time after. */
let started: string

beforeAll(async () => {
  yard = await Yard.open({ limits: { heartbeat_timeout: 8_000, sweep: 100, sweep_late: 1_500 } })
  database = yard.database()
  started = await now()
})
afterAll(async () => {
  await database?.close()
  await yard?.close()
})

/** A run whose command waits. */
async function aRun(): Promise<Scene> {
  const scene = await Scene.set(yard)
  await scene.prompt(waiting)
  await until(() => scene.ran() === 1)
  await scene.taskIs(({ status }) => status === 'running')
  return scene
}

/** Two of them at once, in two worktrees. */
const twoRuns = (): Promise<[Scene, Scene]> => Promise.all([aRun(), aRun()])

async function startAgain(): Promise<void> {
  await yard.start()
  started = await now()
}

/** The database's clock. */
async function now(): Promise<string> {
  const text = 'select clock_timestamp()::text as now'
  return (await database.query<{ now: string }>({ text }))[0]!.now
}

/** As if every lease had run out just now. */
async function leasesRunOut(): Promise<void> {
  await database.query({
    text: 'update tasks set lease_expires_at = clock_timestamp() where lease_expires_at is not null',
  })
}

/** As if nothing had been heard of the runtime for an hour, by the only clock that counts. */
async function anHourAgo(): Promise<void> {
  await database.query({
    text: `update tasks set lease_expires_at = clock_timestamp() - interval '1 hour' where lease_expires_at is not null`,
  })
  await database.query({ text: `update runtimes set last_seen_at = last_seen_at - interval '1 hour'` })
}

/** Waits until the database's clock says that so much time has gone by: nothing else shows that nothing was done. */
async function passes(time: string, since?: string): Promise<void> {
  const values = [since ?? (await now()), time]
  const text = `select $1::timestamptz + $2::interval < clock_timestamp() as passed`
  await until(async () => (await database.query<{ passed: boolean }>({ text, values }))[0]!.passed)
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
  const expectWentOn = async (scene: Scene) => {
    scene.open()
    expect(await scene.ended()).toMatchObject({ status: 'completed', attempt: 1 })
    expect(await statuses(scene)).toEqual(wentOn)
    expect(scene.ran()).toBe(1)
    await expectWhole(scene, [])
  }
  const expectAllWentOn = (scenes: Scene[]) => Promise.all(scenes.map(expectWentOn))

  const heartbeats = () => yard.relay.hold('request', ({ custom }) => custom === 'heartbeat')

  /** Keeps the next heartbeat back while the sweep has time for several looks, each of which finds every lease out. */
  const duringSilence = async (back: () => Promise<void> | void) => {
    const heartbeat = heartbeats()
    await back()
    await heartbeat.reached
    await passes('1 second')
    heartbeat.release()
  }

  it('takes two runs in two worktrees up again after kill -9', async () => {
    const scenes = await twoRuns()
    await yard.killDaemon()
    await startAgain()
    await expectAllWentOn(scenes)
  })

  it('gives up no run that lives because it was dead for an hour', async () => {
    const scenes = await twoRuns()
    await yard.killDaemon()
    await anHourAgo()
    await duringSilence(startAgain)
    await expectAllWentOn(scenes)
  })

  it('gives up no run whose executor slept past the heartbeat timeout', async () => {
    const scene = await aRun()
    const executor = await executorOf(yard.home, scene.task)
    process.kill(executor.pid, 'SIGSTOP')
    await passes('10 seconds')
    expect(await scene.taskIs(() => true)).toMatchObject({ status: 'running' })
    process.kill(executor.pid, 'SIGCONT')
    await expectWentOn(scene)
  })

  it('gives up no run because the laptop slept past every lease', async () => {
    const scenes = await twoRuns()
    // So long after its start the sweep acts at once.
    await passes('10 seconds', started)
    // None is in the middle of its transaction when it falls asleep, and holds the leases for as long as that lasts.
    await heartbeats().reached
    process.kill(yard.daemon, 'SIGSTOP')
    // One on its way would be answered first.
    yard.relay.sever()
    // While it sleeps, not before: a look that it fell asleep in would rightly have found them out already.
    await leasesRunOut()
    // The sleep is real as well: the sweep must find that its own tick came late.
    await passes('2 seconds')
    await duringSilence(() => void process.kill(yard.daemon, 'SIGCONT'))
    await expectAllWentOn(scenes)
  })
})

describe('whoever watches a session whose output grows', () => {
  const expectWholeView = async (watch: SessionWatch, scene: Scene) => {
    await new Promise<void>((resolve, reject) => {
      const look = () => {
        const task = watch.view?.tasks.find(({ id }) => id === scene.task.id)
        if (watch.state === 'ended') reject(watch.error)
        else if (
          watch.state === 'live' &&
          task &&
          isTerminal(task.status) &&
          watch.view?.session.status === 'idle'
        )
          resolve()
      }
      watch.subscribe(look)
      look()
    })
    expect(watch.view?.messages).toEqual(await scene.messages())
    expect(watch.view?.last_seq).toBe((await scene.session()).last_seq)
  }

  it('has all of it after kill -9 of the daemon, and so has one who comes in the middle', async () => {
    const { scene, release } = await reach.streaming(yard)
    const client = yard.socket()
    const watches = [watchSession(client, scene.session_id)]
    try {
      const [watch] = watches as [SessionWatch]
      await new Promise<void>((resolve) => {
        const leave = watch.subscribe(() => {
          if (watch.state !== 'live') return
          leave()
          resolve()
        })
      })
      await yard.killDaemon()
      await startAgain()
      const late = watchSession(client, scene.session_id)
      watches.push(late)
      await release()
      await scene.ended()
      await expectWholeView(watch, scene)
      await expectWholeView(late, scene)
    } finally {
      for (const watch of watches) watch.close()
      client.close()
    }
  })
})

describe.each([
  ['ahead', 3_600_000],
  ['behind', -3_600_000],
])('a host whose clock is an hour %s', (_, off) => {
  beforeAll(async () => {
    const shift = require.resolve('./kit/hour-off.mjs')
    await yard.restart({
      env: { CLOCK_OFF: String(off), NODE_OPTIONS: `--import ${shift}` },
      limits: { heartbeat_timeout: 3_000, sweep: 100, sweep_late: 1_000 },
    })
  })

  it('runs, is taken up again after kill -9, and goes on in the right order', async () => {
    const scenes = await twoRuns()
    await yard.killDaemon()
    await yard.start()
    const goesOn = async (scene: Scene) => {
      scene.open()
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
    await Promise.all(scenes.map(goesOn))
  })

  it('is stopped like any other', async () => {
    const scene = await aRun()
    await scene.stop()
    expect(await scene.ended()).toMatchObject({ status: 'stopped' })
    await expectWhole(scene, [])
  })
})
