import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { identify, isAlive } from '../src/index.js'
import { fixture, Grove } from './support/grove.js'
import { gone, pidsIn } from './support/processes.js'

describe('a tree that its own process leads', () => {
  let grove: Grove
  beforeEach(async () => {
    grove = await Grove.make()
  })
  afterEach(() => grove.fell())

  const lead = (way: 'end' | 'kill', ...mark: string[]) => {
    const args = [fixture('leader.mjs'), way, grove.path('pids'), ...mark]
    const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    grove.add(child)
    return child
  }

  it('ends without that process, also where nothing is marked', async () => {
    const child = lead('end')
    const [said] = await once(child.stdout!, 'data')
    // tree.mjs and the three it started: the orphan is in its group still.
    expect(JSON.parse(said)).toEqual({ before: 4, left: 0 })
    expect((await pidsIn(grove.path('pids'), 3)).filter(isAlive)).toEqual([])
    expect(isAlive(identify(child.pid!))).toBe(true)
  })

  it('is killed at once by a process that then ends', async () => {
    const child = lead('kill', grove.marker.PROCESSES_TEST)
    // Listened for from the start: it may have ended before its file is read here.
    const exit = once(child, 'exit')
    const members = await pidsIn(grove.path('pids'), 3)
    expect(await exit).toEqual([3, null])
    for (const member of members) await gone(member)
  })

  it('leaves the group alone that its process shares with others', async () => {
    const sh = `sleep 600 & echo $! > ${grove.path('other')}
      ${process.execPath} ${fixture('leader.mjs')} end ${grove.path('pids')} & wait`
    const child = spawn('sh', ['-c', sh], { detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
    grove.add(child)
    const [said] = await once(child.stdout!, 'data')
    // The orphan has no sign but the group, and that is the shell's.
    expect(JSON.parse(said)).toEqual({ before: 3, left: 0 })
    const [other] = await pidsIn(grove.path('other'), 1)
    expect(isAlive(other!)).toBe(true)
  })
})
