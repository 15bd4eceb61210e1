import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { identify, isAlive, kernelBootId } from '@yardmaster/processes'
import { World } from './support/agent.js'
import { assignment, runOf } from './support/assignments.js'
import { fixture, gone, pidsIn, start, until } from './support/processes.js'
import { refusal } from './support/recording-daemon.js'

describe('a runtime agent that starts again', () => {
  let world: World

  beforeEach(async () => {
    world = await World.make()
  })
  afterEach(() => world.close())

  const pidsOf = ({ task }: ReturnType<typeof assignment>) => pidsIn(join(world.work, `${task.id}.pids`), 2)
  /**
   * Starts a run in an agent of another process, and kills that process. A call of its that was under way may
   * still arrive and is not recorded; with `spool` the executor is killed after it.
   */
  const killedWith = async (does: Parameters<typeof assignment>[1]) => {
    const work = assignment(world.work, does)
    world.daemon.assignments.push([work])
    const host = start(process.execPath, [fixture('agent-host.cjs')], {
      ...process.env,
      HOST_OPTIONS: JSON.stringify({ ...world.plain, shell_agent_path: __filename }),
    })
    const pids = await pidsOf(work)
    const identity = identify(host.pid!)
    process.kill(host.pid!, 'SIGKILL')
    await gone(identity)
    const { boot_id } = world.daemon.calls[0]!.body
    world.daemon.forget(boot_id)
    if (does === 'spool') {
      process.kill(pids[0]!.pid, 'SIGKILL')
      await gone(pids[0]!)
    }
    return { work, pids, boot_id }
  }
  const record = async (work: ReturnType<typeof assignment>, told: object) => {
    const directory = join(world.home, 'runs', `${work.task.id}.1`)
    await mkdir(directory, { recursive: true })
    await writeFile(join(directory, 'run.json'), JSON.stringify(told))
  }
  const dead = { pid: 4_000_000, start_time: '1', kernel_boot_id: kernelBootId }

  it('adopts an executor that outlived a kill -9, and goes on with it under a new boot', async () => {
    const { work, pids, boot_id } = await killedWith('hang')
    expect(pids.filter(isAlive)).toHaveLength(2)
    const agent = await world.agent()
    await agent.start()
    const [register] = world.daemon.calls
    expect(register).toMatchObject({ action: 'register', body: { runs: [runOf(work)] } })
    expect(register!.body.boot_id).not.toBe(boot_id)
    const claim = await world.daemon.call(({ action }) => action === 'claim')
    expect(claim.body).toMatchObject({ slots: 3, runs: [runOf(work)] })
    expect(pids.filter(isAlive)).toHaveLength(2)
    // It is looked after like one's own: its end is seen, and its stop is one.
    agent.stopHint(runOf(work))
    await world.daemon.ending('stopped')
    expect(pids.filter(isAlive)).toEqual([])
  })

  it('sees an adopted executor die', async () => {
    const { work, pids } = await killedWith('hang')
    const agent = await world.agent()
    await agent.start()
    process.kill(pids[0]!.pid, 'SIGKILL')
    const { body } = await world.daemon.ending('failed')
    expect(body).toMatchObject({ attempt: 1, failure_reason: 'executor_died' })
    expect(pids.filter(isAlive)).toEqual([])
    await until(() => agent.runs().length === 0)
    expect(world.daemon.endings()).toHaveLength(1)
    expect(world.daemon.endings()[0]!.path).toBe(`/tasks/${work.task.id}`)
  })

  it('ends what is left of a dead executor and says so before it registers', async () => {
    const { work, pids } = await killedWith('hang')
    process.kill(pids[0]!.pid, 'SIGKILL')
    await gone(pids[0]!)
    expect(isAlive(pids[1]!)).toBe(true)
    await (await world.agent()).start()
    expect(isAlive(pids[1]!)).toBe(false)
    expect(world.daemon.actions().slice(0, 2)).toEqual(['end', 'register'])
    expect(world.daemon.calls[0]).toMatchObject({
      path: `/tasks/${work.task.id}`,
      body: { status: 'failed', failure_reason: 'executor_died' },
    })
    expect(world.daemon.calls[1]!.body.runs).toEqual([])
  })

  it('replays the spool before it registers, and registers before it claims', async () => {
    const { work } = await killedWith('spool')
    await (await world.agent()).start()
    await world.daemon.call(({ action }) => action === 'claim')
    const order = world.daemon.actions().filter((action) => action !== 'heartbeat')
    expect(order.slice(0, 3)).toEqual(['end', 'register', 'claim'])
    expect(world.daemon.calls[0]).toMatchObject({
      path: `/tasks/${work.task.id}`,
      token: 'Bearer runtime-token',
      body: { status: 'completed', attempt: 1 },
    })
    expect(world.daemon.endings()).toHaveLength(1)
  })

  it('goes on past endings that the daemon cannot take, and keeps them among its runs', async () => {
    const { work } = await killedWith('spool')
    world.daemon.decide = ({ action }) => (action === 'end' ? refusal('INTERNAL') : null)
    const agent = await world.agent()
    await agent.start()
    const register = await world.daemon.call(({ action }) => action === 'register')
    expect(register.body.runs).toEqual([runOf(work)])
    await world.daemon.call(({ action }) => action === 'claim')
    await until(() => world.lines.length > 0)
    world.daemon.decide = () => null
    await until(() => agent.runs().length === 0)
    await until(() => world.lines.length === 2)
    expect(world.lines).toEqual([expect.stringMatching(/^spool: Something broke/), 'spool: works again'])
  })

  it('says of a dead run what it was asked before: stopped, or nothing', async () => {
    const [stopped, dropped] = [assignment(world.work, 'hang'), assignment(world.work, 'hang')]
    await record(stopped, { ...runOf(stopped), executor: dead, cwd: world.work, order: 'stop' })
    await record(dropped, { ...runOf(dropped), executor: dead, cwd: world.work, order: 'gone' })
    await (await world.agent()).start()
    expect(world.daemon.endings()).toMatchObject([
      { path: `/tasks/${stopped.task.id}`, body: { status: 'stopped' } },
    ])
  })

  it('keeps no guess about a dead executor whose own ending the daemon has', async () => {
    const work = assignment(world.work, 'hang')
    await record(work, { ...runOf(work), executor: dead, cwd: world.work, order: null })
    world.daemon.decide = ({ action }) => (action === 'end' ? refusal('TASK_TERMINAL') : null)
    await (await world.agent()).start()
    expect(world.daemon.endings()).toMatchObject([{ body: { failure_reason: 'executor_died' } }])
    expect(await readdir(join(world.home, 'spool'))).toEqual(['refused'])
    expect(await readdir(join(world.home, 'spool', 'refused'))).toEqual([])
    expect(world.lines).toEqual([])
  })

  it('never takes a process for the executor whose pid it has got', async () => {
    const stranger = start('sleep', ['600'])
    const identity = identify(stranger.pid!)
    try {
      const work = assignment(world.work, 'hang')
      const executor = { ...identity, start_time: '1' }
      await record(work, { ...runOf(work), executor, cwd: '/nowhere', order: null })
      await (await world.agent()).start()
      expect(world.daemon.endings()).toMatchObject([{ body: { failure_reason: 'executor_died' } }])
      expect(isAlive(identity)).toBe(true)
    } finally {
      stranger.kill('SIGKILL')
    }
  })

  it('still ends and reports a run whose record is broken', async () => {
    const { work, pids } = await killedWith('hang')
    await writeFile(join(world.home, 'runs', `${work.task.id}.1`, 'run.json'), '{"task')
    await (await world.agent()).start()
    expect(pids.filter(isAlive)).toEqual([])
    expect(world.daemon.endings()).toMatchObject([{ body: { failure_reason: 'executor_died' } }])
  })

  it('leaves executors running when it is closed', async () => {
    const work = assignment(world.work, 'hang')
    world.daemon.assignments.push([work])
    // Quiet, so that no call is under way when it is closed: one would still arrive.
    const quiet = { ...world.plain.intervals, heartbeat: 600_000, poll: 600_000 }
    const agent = await world.agent({ intervals: quiet })
    await agent.start()
    const pids = await pidsOf(work)
    await world.daemon.call(({ action }) => action === 'heartbeat')
    await agent.close()
    const calls = world.daemon.calls.length
    expect(pids.filter(isAlive)).toHaveLength(2)
    expect(await readdir(join(world.home, 'runs', `${work.task.id}.1`))).toContain('run.json')
    expect(world.daemon.calls).toHaveLength(calls)
  })
})
