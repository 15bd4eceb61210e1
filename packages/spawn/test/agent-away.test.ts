import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from '@yardmaster/processes'
import { World } from './support/agent.js'
import { assignment } from './support/assignments.js'
import { pidsIn, until } from './support/processes.js'
import { refusal } from './support/recording-daemon.js'

describe('a runtime agent whose daemon is away', () => {
  let world: World
  afterEach(() => world.close())

  it('waits for it at its start, saying so once', async () => {
    world = await World.make()
    world.daemon.decide = () => 'cut'
    const started = (await world.agent()).start()
    await until(() => world.daemon.calls.length >= 4)
    expect(world.lines).toEqual([expect.stringMatching(/^daemon: .*fetch failed/)])
    world.daemon.decide = () => null
    await started
    expect(world.lines.at(-1)).toBe('daemon: works again')
  })

  it('can be closed while it waits', async () => {
    world = await World.make({ away: true })
    const agent = await world.agent()
    const started = agent.start()
    await until(() => world.lines.length > 0)
    await agent.close()
    await started
    expect(world.daemon.calls).toEqual([])
  })

  it('leaves its runs alone meanwhile, and then says what happened', async () => {
    world = await World.make()
    // In a directory of its own: what begins in another's waits for the daemon's word on that one.
    const beside = join(world.work, 'beside')
    await mkdir(beside)
    const [stays, dies] = [assignment(world.work, 'hang'), assignment(beside, 'fail')]
    world.daemon.assignments.push([stays])
    const agent = await world.agent()
    await agent.start()
    const pids = await pidsIn(join(world.work, `${stays.task.id}.pids`), 2)
    // The daemon goes away with its answer to the claim.
    world.daemon.decide = () => (world.daemon.assignments.length === 0 ? 'cut' : null)
    world.daemon.assignments.push([dies])
    await pidsIn(join(beside, `${dies.task.id}.pids`), 2)
    await until(() => world.lines.some((line) => line.startsWith('heartbeat:')))
    expect(pids.filter(isAlive)).toHaveLength(2)
    expect(agent.runs()).toHaveLength(2)
    world.daemon.decide = () => null
    const { body, path } = await world.daemon.ending('failed')
    expect({ body, path }).toMatchObject({
      path: `/tasks/${dies.task.id}`,
      body: { failure_reason: 'executor_died' },
    })
    expect(pids.filter(isAlive)).toHaveLength(2)
    expect(world.lines.filter((line) => line.startsWith('heartbeat:'))).toEqual([
      expect.stringContaining('fetch failed'),
      'heartbeat: works again',
    ])
  })

  it('tells each distinct trouble once', async () => {
    world = await World.make()
    let answer = refusal('UNAVAILABLE')
    world.daemon.decide = ({ action }) => (action === 'heartbeat' ? answer : null)
    await (await world.agent()).start()
    const beats = () => world.daemon.actions().filter((action) => action === 'heartbeat').length
    await until(() => beats() >= 3)
    answer = refusal('INTERNAL')
    const before = beats()
    await until(() => beats() >= before + 3)
    expect(world.lines).toEqual([
      expect.stringMatching(/^heartbeat: The database does not answer/),
      expect.stringMatching(/^heartbeat: Something broke/),
    ])
  })
})
