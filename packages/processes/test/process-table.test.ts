import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { parsePs, parseStat, processTable, readProcess } from '../src/index.js'

describe('the process table', () => {
  it('has this process and its child', async () => {
    const child = spawn('sleep', ['1000'], { detached: true })
    await once(child, 'spawn')
    const entry = processTable().find(({ pid }) => pid === child.pid)
    expect(entry).toMatchObject({ parent: process.pid, group: child.pid })
    expect(readProcess(child.pid!)).toMatchObject({ pid: child.pid, start_time: entry?.start_time })
    child.kill('SIGKILL')
    await once(child, 'exit')
    expect(readProcess(child.pid!)).toBeNull()
  })

  it('reads a stat line whose name looks like fields', () => {
    const fields = 'S 7 8 9 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 123456 1000'
    expect(parseStat(`42 (a) R 1 2 3) ${fields}`)).toEqual({
      pid: 42,
      parent: 7,
      group: 8,
      session: 9,
      start_time: '123456',
      state: 'S',
    })
    expect(parseStat('')).toBeNull()
  })

  it('reads what ps prints', () => {
    const output =
      '    1     0     1 Ss   Mon Jan  5 10:11:12 2026\n  77     1    70 Z+   Mon Jan  5 10:11:13 2026   \n\n'
    expect(parsePs(output)).toEqual([
      { pid: 1, parent: 0, group: 1, session: null, start_time: 'Mon Jan  5 10:11:12 2026', state: 'S' },
      { pid: 77, parent: 1, group: 70, session: null, start_time: 'Mon Jan  5 10:11:13 2026', state: 'Z' },
    ])
  })
})
