import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { identify, isAlive } from '@yardmaster/processes'
import { World } from './support/agent.js'
import { assignment, runOf } from './support/assignments.js'
import { pidsIn, until } from './support/processes.js'
import { refusal } from './support/recording-daemon.js'

describe('a runtime agent', () => {
  let world: World

  beforeEach(async () => {
    world = await World.make()
  })
  afterEach(() => world.close())

  const pidsOf = ({ task }: ReturnType<typeof assignment>) => pidsIn(join(world.work, `${task.id}.pids`), 2)

  it('registers before it beats or claims, with what its host has', async () => {
    const agent = await world.agent({ max_concurrent: 3 })
    await agent.start()
    const claim = await world.daemon.call(({ action }) => action === 'claim')
    const register = world.daemon.calls[0]!
    expect(register).toMatchObject({
      action: 'register',
      token: 'Bearer runtime-token',
      body: {
        id: world.id,
        name: 'here',
        isolation: 'none',
        max_concurrent: 3,
        allowed_roots: [world.work],
        runs: [],
      },
    })
    expect(register.body.harnesses.map(({ id }: { id: string }) => id)).toContain('shell')
    expect(JSON.stringify(register.body)).not.toContain(process.execPath)
    expect(claim.body).toEqual({ id: world.id, boot_id: register.body.boot_id, slots: 3, runs: [] })
  })

  it('starts an executor with its order on stdin, a clean environment and the marker', async () => {
    const secrets = ['DATABASE_URL', 'REDIS_URL', 'DATABASE_OWNER_URL', 'YARDMASTER_ADMIN_PASSWORD']
    for (const name of secrets) process.env[name] = 'secret'
    try {
      const work = assignment(world.work, 'hang')
      world.daemon.assignments.push([work])
      await (await world.agent()).start()
      const [executor] = await pidsOf(work)
      const told = JSON.parse(
        await until(() => readFile(join(world.work, `${work.task.id}.json`), 'utf8').catch(() => '')),
      )
      expect(told.order).toEqual({
        ...work,
        made_anew: false,
        daemon_url: world.daemon.url,
        harness: {
          command: process.execPath,
          args: [expect.any(String)],
          env: { SHELL_AGENT_STATE: join(world.home, 'harness', 'shell') },
          read: [expect.any(String)],
        },
        shut_in: null,
        spool_file: join(world.home, 'spool', `${work.task.id}.1.json`),
        attachments_dir: join(world.home, 'runs', `${work.task.id}.1`, 'attachments'),
        idle_timeout: 1,
        run_timeout: 2,
      })
      expect(secrets.filter((name) => name in told.env)).toEqual([])
      expect(told.env.YARDMASTER_RUN).toBe(`${work.task.id}.1`)
      expect(JSON.stringify([told.argv, told.env])).not.toContain('executor-token')

      const directory = join(world.home, 'runs', `${work.task.id}.1`)
      const record = JSON.parse(await readFile(join(directory, 'run.json'), 'utf8'))
      expect(record).toEqual({ ...runOf(work), executor, cwd: world.work, order: null, loan: null })
      const modes = await Promise.all(
        ['', 'run.json', 'executor.log'].map(
          async (name) => (await stat(join(directory, name))).mode & 0o777,
        ),
      )
      expect(modes).toEqual([0o700, 0o600, 0o600])
    } finally {
      for (const name of secrets) delete process.env[name]
    }
  })

  it.each(['leave', 'fail'] as const)(
    'says failed(executor_died) of an executor that has nothing to say (%s), once its tree is gone',
    async (does) => {
      const work = assignment(world.work, does)
      world.daemon.assignments.push([work])
      const agent = await world.agent({ clock: () => new Date('2020-01-01T00:00:00Z') })
      const alive: boolean[] = []
      world.daemon.decide = ({ action }) => {
        if (action === 'end') alive.push(pids().some((pid) => isAlive(identify(pid))))
        return null
      }
      const pids = () =>
        readFileSync(join(world.work, `${work.task.id}.pids`), 'utf8')
          .trim()
          .split('\n')
          .map(Number)
      await agent.start()
      const ending = await world.daemon.ending('failed')
      expect(ending).toMatchObject({
        path: `/tasks/${work.task.id}`,
        token: 'Bearer runtime-token',
        body: { attempt: 1, failure_reason: 'executor_died', completed_at: '2020-01-01T00:00:00.000Z' },
      })
      expect(ending.body.error.message).toMatch(does === 'fail' ? /code 7/ : /code 0/)
      if (does === 'fail') expect(ending.body.error.detail).toContain('the disk is on fire')
      expect(alive).toEqual([false])
      await until(() => agent.runs().length === 0)
      expect(await readdir(join(world.home, 'spool'))).toEqual(['refused'])
      expect(await readdir(join(world.home, 'runs', `${work.task.id}.1`))).toEqual(['executor.log'])
    },
  )

  it('says nothing of a run whose ending the daemon has already', async () => {
    const work = assignment(world.work, 'complete')
    world.daemon.assignments.push([work])
    const spooled = join(world.home, 'spool', `${work.task.id}.1.json`)
    world.daemon.decide = () => {
      // Not before the executor has its answer: it would be ended over it, and its ending said once more.
      if (world.daemon.endings().length > 0 && !existsSync(spooled))
        world.daemon.orders = { stop: [], gone: [runOf(work)] }
      return null
    }
    const agent = await world.agent()
    await agent.start()
    await world.daemon.ending('completed')
    await until(() => agent.runs().length === 0)
    expect(world.daemon.endings().map(({ token }) => token)).toEqual(['Bearer executor-token'])
    const [, grandchild] = await pidsOf(work)
    expect(isAlive(grandchild!)).toBe(false)
  })

  it('sends the ending that a killed executor left in the spool, and no other', async () => {
    const work = assignment(world.work, 'spool')
    world.daemon.assignments.push([work])
    const agent = await world.agent()
    await agent.start()
    const [executor] = await pidsOf(work)
    process.kill(executor!.pid, 'SIGKILL')
    const ending = await world.daemon.ending('completed')
    expect(ending).toMatchObject({ token: 'Bearer runtime-token', body: { attempt: 1 } })
    await until(() => agent.runs().length === 0)
    expect(world.daemon.endings()).toHaveLength(1)
  })

  it.each([
    ['the executor is missing', { executor_path: '/no/such/executor.js' }],
    ['the directory is outside of the roots', { allowed_roots: ['/srv/elsewhere'] }],
  ])('says failed(cannot_start) when %s', async (_, options) => {
    const work = assignment(world.work, 'hang')
    world.daemon.assignments.push([work])
    await (await world.agent(options)).start()
    const { body } = await world.daemon.ending('failed')
    expect(body).toMatchObject({ attempt: 1, failure_reason: 'cannot_start' })
  })

  it('says failed(harness_missing) of a harness that is not installed', async () => {
    const work = assignment(world.work, 'hang')
    work.session.harness = 'opencode'
    world.daemon.assignments.push([work])
    await (await world.agent()).start()
    const { body } = await world.daemon.ending('failed')
    expect(body).toMatchObject({ failure_reason: 'harness_missing' })
    expect(body.error.message).toMatch(/opencode cannot be used .* not installed/)
  })

  it('says failed(cwd_missing) when the directory is gone and cannot be made anew', async () => {
    const work = assignment(join(world.work, 'gone'), 'hang')
    Object.assign(work.worktree, { runtime_id: world.id })
    world.daemon.assignments.push([work])
    await (await world.agent()).start()
    const { body } = await world.daemon.ending('failed')
    expect(body).toMatchObject({ failure_reason: 'cwd_missing' })
    expect(body.error.message).toContain(join(world.work, 'gone'))
  })

  it('claims for free slots alone, at once after a wake and after a run has ended', async () => {
    const slow = { ...world.plain.intervals, poll: 600_000 }
    const agent = await world.agent({ max_concurrent: 2, intervals: slow })
    await agent.start()
    await world.daemon.call(({ action }) => action === 'claim')
    const [first, second, third] = [1, 2, 3].map(() => assignment(world.work, 'hang'))
    world.daemon.assignments.push([first!, second!], [third!])
    agent.wake()
    const [executor] = await pidsOf(first!)
    await pidsOf(second!)
    const claims = () => world.daemon.calls.filter(({ action }) => action === 'claim')
    agent.wake()
    expect(claims().map(({ body }) => body.slots)).toEqual([2, 2])
    process.kill(executor!.pid, 'SIGKILL')
    await pidsOf(third!)
    expect(claims().at(2)!.body).toMatchObject({ slots: 1, runs: [runOf(second!)] })
    expect(agent.runs()).toEqual(expect.arrayContaining([runOf(second!), runOf(third!)]))
  })

  it('names the runs it has when a claim was answered and the answer lost, and starts one offered twice once', async () => {
    const [known, lost] = [assignment(world.work, 'hang'), assignment(world.work, 'hang')]
    world.daemon.assignments.push([known])
    let cuts = 0
    world.daemon.decide = ({ action, body }) =>
      action === 'claim' && body.runs.length === 1 && cuts++ === 0 ? 'cut' : null
    const agent = await world.agent()
    await agent.start()
    await pidsOf(known)
    world.daemon.assignments.push([known, lost])
    await pidsOf(lost)
    const after = await world.daemon.call(({ action, body }) => action === 'claim' && body.runs.length === 2)
    expect(after.body.runs).toEqual(expect.arrayContaining([runOf(known), runOf(lost)]))
    const pids = await readFile(join(world.work, `${known.task.id}.pids`), 'utf8')
    expect(pids.trim().split('\n')).toHaveLength(2)
    expect(cuts).toBeGreaterThan(0)
  })

  it('ends an earlier attempt, with its whole tree, before the next begins in that directory', async () => {
    const first = assignment(world.work, 'ignore TERM')
    world.daemon.assignments.push([first])
    await (await world.agent()).start()
    const before = await pidsOf(first)
    world.daemon.assignments.push([assignment(world.work, 'hang', { id: first.task.id, attempt: 2 })])
    const [, , executor] = await pidsIn(join(world.work, `${first.task.id}.pids`), 4)
    expect(before.filter(isAlive)).toEqual([])
    expect(isAlive(executor!)).toBe(true)
    expect(world.daemon.endings()).toEqual([])
  })

  it('leaves another task in the directory alone unless the daemon says that it is gone', async () => {
    const [parallel, over] = [assignment(world.work, 'hang'), assignment(world.work, 'hang')]
    world.daemon.assignments.push([parallel, over])
    const slow = { ...world.plain.intervals, heartbeat: 600_000 }
    await (await world.agent({ intervals: slow })).start()
    const [first, second] = [await pidsOf(parallel), await pidsOf(over)]
    world.daemon.orders = { stop: [], gone: [runOf(over)] }
    const next = assignment(world.work, 'hang')
    world.daemon.assignments.push([next])
    await pidsOf(next)
    expect(first.filter(isAlive)).toHaveLength(2)
    expect(second.filter(isAlive)).toEqual([])
  })

  it('registers anew when what it offers has changed, and when the daemon does not know it', async () => {
    const agent = await world.agent()
    await agent.start()
    const registered = () => world.daemon.calls.filter(({ action }) => action === 'register').length
    agent.announce()
    await until(() => registered() === 2)
    world.daemon.decide = ({ action }) =>
      action === 'heartbeat' && registered() === 2 ? refusal('NOT_FOUND') : null
    await until(() => registered() === 3)
    expect(new Set(world.daemon.calls.map(({ body }) => body.boot_id)).size).toBe(1)
  })

  it('keeps the logs of the last fifty ended runs', async () => {
    const { RunRecords } = await import('../src/runs/run-records.js')
    const records = new RunRecords(join(world.home, 'runs'))
    await records.list()
    const runs = Array.from({ length: 52 }, () => runOf(assignment(world.work, 'hang')))
    for (const run of runs) {
      await records.prepare(run)
      await records.write({ ...run, executor: identify(process.pid), cwd: null, order: null, loan: null })
    }
    for (const run of runs) await records.close(run)
    const kept = await readdir(join(world.home, 'runs'))
    expect(kept).toHaveLength(50)
    expect(kept).toContain(`${runs.at(-1)!.task_id}.1`)
    expect(kept).not.toContain(`${runs[0]!.task_id}.1`)
  })
})
