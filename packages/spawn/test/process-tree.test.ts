import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  endTree,
  identify,
  isAlive,
  kernelBootId,
  markerName,
  type ProcessIdentity,
  processTable,
  selfAndAncestors,
  signalProcess,
  treeMembers,
} from '../src/index.js'
import { fixture, gone, pidsIn, start, until } from './support/processes.js'

describe('the process tree of a run', () => {
  let directory: string
  let started: ChildProcess[]
  let leaders: ProcessIdentity[]
  const marker = `${randomUUID()}.1`

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'yardmaster-tree-'))
    started = []
    leaders = []
  })
  afterEach(async () => {
    for (const leader of leaders) await endTree({ marker, leader, cwd: null }, { grace: 0 })
    for (const child of started) {
      if (child.pid && child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
    }
    await rm(directory, { recursive: true, force: true })
  })

  const run = (command: string, ...args: string[]): ProcessIdentity => {
    const child = start(command, args, { ...process.env, [markerName]: marker })
    started.push(child)
    const leader = identify(child.pid!)
    leaders.push(leader)
    return leader
  }
  const grow = async () => {
    const leader = run(process.execPath, fixture('tree.mjs'), join(directory, 'pids'))
    const [marked, cleared, orphan] = await pidsIn(join(directory, 'pids'), 3)
    return { leader, marked: marked!, cleared: cleared!, orphan: orphan! }
  }
  const pids = (processes: { pid: number }[]) => processes.map(({ pid }) => pid).sort((a, b) => a - b)

  it('has its descendants, also those that left the session, the environment or their parents', async () => {
    const { leader, marked, cleared, orphan } = await grow()
    const members = treeMembers({ marker, leader, cwd: null })
    expect(pids(members)).toEqual(pids([leader, marked, cleared, orphan]))
  })

  it('is ended whole, and nothing is left when endTree says so', async () => {
    const { leader, marked, cleared, orphan } = await grow()
    expect(await endTree({ marker, leader, cwd: null })).toEqual([])
    expect([leader, marked, cleared, orphan].filter(isAlive)).toEqual([])
  })

  it('keeps members that an earlier look found when they have lost every sign', async () => {
    const { leader, marked, cleared } = await grow()
    const tree = { marker, leader, cwd: null }
    const known = treeMembers(tree)
    process.kill(leader.pid, 'SIGKILL')
    await gone(leader)
    expect(pids(treeMembers(tree))).not.toContain(cleared.pid)
    expect(pids(treeMembers(tree, known))).toEqual(expect.arrayContaining(pids([marked, cleared])))
    expect(await endTree(tree, { known })).toEqual([])
    expect(isAlive(cleared)).toBe(false)
  })

  it('takes the group of a leader that is gone only where something shows that it is ours', async () => {
    const leader = run('sh', '-c', `cd ${directory}; env -i sleep 600 & exit 0`)
    await gone(leader)
    const left = await until(() => processTable().find(({ group }) => group === leader.pid))
    expect(treeMembers({ marker, leader, cwd: null })).toEqual([])
    expect(treeMembers({ marker, leader, cwd: '/nowhere' })).toEqual([])
    expect(pids(treeMembers({ marker, leader, cwd: directory }))).toEqual([left.pid])
    expect(await endTree({ marker, leader, cwd: directory })).toEqual([])
  })

  it('ends what ignores TERM by KILL', async () => {
    const ready = join(directory, 'ready')
    const leader = run('sh', '-c', `trap "" TERM; echo $$ > ${ready}; while :; do sleep 600; done`)
    await pidsIn(ready, 1)
    expect(await endTree({ marker, leader, cwd: null }, { grace: 100 })).toEqual([])
    expect(isAlive(leader)).toBe(false)
  })

  it('answers what lives when it has to give up', async () => {
    const leader = run('sleep', '600')
    const left = await endTree({ marker, leader, cwd: null }, { signal: AbortSignal.abort() })
    expect(pids(left)).toEqual([leader.pid])
    expect(isAlive(leader)).toBe(true)
  })

  it('never touches a process that has the pid but another start time', async () => {
    const child = start('sleep', ['600'])
    started.push(child)
    const other = identify(child.pid!)
    const leader = { ...other, start_time: '1' }
    expect(isAlive(leader)).toBe(false)
    expect(await endTree({ marker, leader, cwd: null })).toEqual([])
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
      env: { ...process.env, [markerName]: marker },
    })
    started.push(parent)
    leaders.push(identify(parent.pid!))
    const pid = await new Promise<number>((resolve) =>
      parent.stdout.once('data', (text) => resolve(Number(text))),
    )
    const child = identify(pid)
    await gone(child)
    expect(identify(pid).start_time).toBe(child.start_time)
    expect(pids(treeMembers({ marker, leader: null, cwd: null }))).toEqual([parent.pid])
  })

  it('never takes in this process or one above it', async () => {
    const table = processTable()
    const line = selfAndAncestors(table)
    expect(line.has(process.pid) && line.has(process.ppid) && line.has(1)).toBe(true)
    const leader = identify(process.ppid)
    const members = treeMembers({ marker, leader, cwd: null })
    expect(members.filter(({ pid }) => line.has(pid))).toEqual([])
  })
})
