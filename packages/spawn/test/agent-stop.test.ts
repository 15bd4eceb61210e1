import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from '@yardmaster/processes'
import { World } from './support/agent.js'
import { assignment, runOf } from './support/assignments.js'
import { gone, pidsIn, until } from './support/processes.js'

describe('a runtime agent that is told to stop a run', () => {
  let world: World

  beforeEach(async () => {
    world = await World.make()
  })
  afterEach(() => world.close())

  const running = async (does: Parameters<typeof assignment>[1], stop_grace = 500) => {
    const work = assignment(world.work, does)
    world.daemon.assignments.push([work])
    const agent = await world.agent({ intervals: { ...world.plain.intervals, stop_grace } })
    await agent.start()
    return { agent, work, pids: await pidsIn(join(world.work, `${work.task.id}.pids`), 2) }
  }
  /** Whether any of the processes lived when an ending was said. */
  const watchEndings = (pids: Awaited<ReturnType<typeof running>>['pids']) => {
    const alive: boolean[] = []
    world.daemon.decide = ({ action }) => {
      if (action === 'end') alive.push(pids.some(isAlive))
      return null
    }
    return alive
  }

  it('says stopped only when the whole tree is gone', async () => {
    const { agent, work, pids } = await running('hang')
    const alive = watchEndings(pids)
    world.daemon.orders = { stop: [runOf(work)], gone: [] }
    const { body, token } = await world.daemon.ending('stopped')
    expect({ body, token }).toMatchObject({ token: 'Bearer runtime-token', body: { attempt: 1 } })
    expect(alive).toEqual([false])
    await until(() => agent.runs().length === 0)
  })

  it('kills an executor that does not end by itself', async () => {
    const { work, pids } = await running('ignore TERM')
    const alive = watchEndings(pids)
    world.daemon.orders = { stop: [runOf(work)], gone: [] }
    await world.daemon.ending('stopped')
    expect(alive).toEqual([false])
  })

  it('takes a hint, which does the same sooner', async () => {
    const { agent, work } = await running('hang')
    agent.stopHint(runOf(work))
    agent.stopHint(runOf(work))
    await world.daemon.ending('stopped')
    await until(() => agent.runs().length === 0)
    expect(world.daemon.endings()).toHaveLength(1)
  })

  it('lets an ending of the executor stand', async () => {
    const { agent, work } = await running('complete on TERM', 600_000)
    // The daemon does not take it from the executor, so that it lies in the spool when the executor is gone.
    world.daemon.decide = ({ action, token }) =>
      action === 'end' && token === 'Bearer executor-token' ? { status: 500, body: {} } : null
    agent.stopHint(runOf(work))
    const ending = await world.daemon.call(({ token, action }) => action === 'end' && /runtime/.test(token))
    expect(ending.body.status).toBe('completed')
    await until(() => agent.runs().length === 0)
    expect(world.daemon.endings().map(({ body }) => body.status)).toEqual(['completed', 'completed'])
  })

  it('ends the processes of a run that is no longer its own, and says nothing', async () => {
    const { agent, work, pids } = await running('ignore TERM')
    world.daemon.orders = { stop: [], gone: [runOf(work)] }
    await Promise.all(pids.map(gone))
    await until(() => agent.runs().length === 0)
    expect(world.daemon.endings()).toEqual([])
  })

  it('says stopped of a run that it never got, having looked that nothing of it runs', async () => {
    const agent = await world.agent()
    await agent.start()
    const never = runOf(assignment(world.work, 'hang'))
    world.daemon.orders = { stop: [never], gone: [] }
    const { path } = await world.daemon.ending('stopped')
    expect(path).toBe(`/tasks/${never.task_id}`)
  })

  it('writes down that a run is being stopped, before it stops it', async () => {
    const { agent, work } = await running('ignore TERM', 600_000)
    const file = join(world.home, 'runs', `${work.task.id}.1`, 'run.json')
    agent.stopHint(runOf(work))
    await until(async () => JSON.parse(await readFile(file, 'utf8').catch(() => '{}')).order === 'stop')
    await agent.close()
    world.daemon.orders = { stop: [], gone: [] }
    await (await world.agent()).start()
    await world.daemon.ending('stopped')
    expect(world.daemon.endings().map(({ body }) => body.status)).toEqual(['stopped'])
  })
})
