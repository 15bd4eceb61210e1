import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import {
  endTree,
  environmentOf,
  identify,
  isAlive,
  kernelBootId,
  processTable,
  selfAndAncestors,
  signalProcess,
  treeMembers,
} from '../src/index.js'
import { Grove, pids } from './support/grove.js'
import { gone, pidsIn, start, until } from './support/processes.js'

/** Whether it runs `sleep` by now, with nothing in its environment: in the middle of any exec that looks empty, too. */
const isCleared = (pid: number): boolean =>
  readFileSync(`/proc/${pid}/comm`, 'utf8') === 'sleep\n' && environmentOf(pid).every((entry) => entry === '')

describe('a process tree', () => {
  let grove: Grove
  beforeEach(async () => {
    grove = await Grove.make()
  })
  afterEach(() => grove.fell())

  it('has its descendants, also those that left the session, the environment or their parents', async () => {
    const { leader, marked, cleared, orphan } = await grove.grow()
    const members = treeMembers({ marker: grove.marker, leader, cwd: null })
    expect(pids(members)).toEqual(pids([leader, marked, cleared, orphan]))
  })

  it('is found by any one of its marks, and by none when it has no mark', async () => {
    const { leader, marked } = await grove.grow()
    const found = treeMembers({ marker: { ...grove.marker, ANOTHER: 'mark' }, leader: null, cwd: null })
    expect(pids(found)).toEqual(expect.arrayContaining(pids([leader, marked])))
    expect(treeMembers({ marker: {}, leader: null, cwd: null })).toEqual([])
  })

  it('has a leader that leads no group, and what that started', async () => {
    const child = spawn('sh', ['-c', 'sleep 600 & echo $!; wait'], {
      env: { ...process.env, ...grove.marker },
    })
    const leader = grove.add(child)
    const sleep = await new Promise<number>((resolve) =>
      child.stdout.once('data', (text) => resolve(Number(text))),
    )
    expect(pids(treeMembers({ marker: {}, leader, cwd: null }))).toEqual(pids([leader, { pid: sleep }]))
  })

  it('is ended whole, and nothing is left when endTree says so', async () => {
    const { leader, marked, cleared, orphan } = await grove.grow()
    expect(await endTree({ marker: grove.marker, leader, cwd: null })).toEqual([])
    expect([leader, marked, cleared, orphan].filter(isAlive)).toEqual([])
  })

  it('keeps members that an earlier look found when they have lost every sign', async () => {
    const { leader, marked, cleared } = await grove.grow()
    const tree = { marker: grove.marker, leader, cwd: null }
    const known = treeMembers(tree)
    process.kill(leader.pid, 'SIGKILL')
    await gone(leader)
    expect(pids(treeMembers(tree))).not.toContain(cleared.pid)
    expect(pids(treeMembers(tree, known))).toEqual(expect.arrayContaining(pids([marked, cleared])))
    expect(await endTree(tree, { known })).toEqual([])
    expect(isAlive(cleared)).toBe(false)
  })

  it('takes the group of a leader that is gone only where something shows that it is ours', async () => {
    const { marker, directory } = grove
    const leader = grove.run('sh', '-c', `cd ${directory}; env -i sleep 600 & exit 0`)
    await gone(leader)
    // Forked and not yet `env -i`, it bears the mark for a moment.
    const left = await until(() =>
      processTable().find(({ group, pid }) => group === leader.pid && isCleared(pid)),
    )
    expect(treeMembers({ marker, leader, cwd: null })).toEqual([])
    expect(treeMembers({ marker, leader, cwd: '/nowhere' })).toEqual([])
    expect(pids(treeMembers({ marker, leader, cwd: directory }))).toEqual([left.pid])
    expect(pids(treeMembers({ marker, leader, cwd: null }, [left]))).toEqual([left.pid])
    expect(await endTree({ marker, leader, cwd: directory })).toEqual([])
  })

  it('ends what ignores TERM by KILL', async () => {
    const ready = grove.path('ready')
    const leader = grove.run('sh', '-c', `trap "" TERM; echo $$ > ${ready}; while :; do sleep 600; done`)
    await pidsIn(ready, 1)
    expect(await endTree({ marker: grove.marker, leader, cwd: null }, { grace: 100 })).toEqual([])
    expect(isAlive(leader)).toBe(false)
  })

  it('answers what lives when it has to give up', async () => {
    const leader = grove.run('sleep', '600')
    const tree = { marker: grove.marker, leader, cwd: null }
    const left = await endTree(tree, { signal: AbortSignal.abort() })
    expect(pids(left)).toEqual([leader.pid])
    expect(isAlive(leader)).toBe(true)
  })

  it('never touches a process that has the pid but another start time', async () => {
    const other = grove.add(start('sleep', ['600']))
    const leader = { ...other, start_time: '1' }
    expect(isAlive(leader)).toBe(false)
    expect(await endTree({ marker: grove.marker, leader, cwd: null })).toEqual([])
    signalProcess(leader, 'SIGKILL')
    expect(isAlive(other)).toBe(true)
    signalProcess(other, 'SIGKILL')
    await gone(other)
  })

  it('counts a process of an earlier kernel boot as gone', () => {
    const self = identify(process.pid)
    expect(isAlive(self)).toBe(true)
    expect(isAlive({ ...self, kernel_boot_id: 'an earlier one' })).toBe(false)
    expect(self.kernel_boot_id).toBe(kernelBootId)
  })

  it('counts a zombie as gone', async () => {
    // sh never waits for its child here, because it has become a sleep.
    const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 600'], {
      env: { ...process.env, ...grove.marker },
    })
    grove.add(parent)
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text) => resolve(Number(text))),
    )
    const child = identify(pid)
    await gone(child)
    expect(identify(pid).start_time).toBe(child.start_time)
    expect(pids(treeMembers({ marker: grove.marker, leader: null, cwd: null }))).toEqual([parent.pid])
  })

  it('never takes in this process or one above it', async () => {
    const table = processTable()
    const line = selfAndAncestors(table)
    expect(line.has(process.pid) && line.has(process.ppid) && line.has(1)).toBe(true)
    const leader = identify(process.ppid)
    const members = treeMembers({ marker: grove.marker, leader, cwd: null })
    expect(members.filter(({ pid }) => line.has(pid))).toEqual([])
  })
})
