import { parsePs, parseStat } from '../src/index.js'

describe('the process table', () => {
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
      '    1     0     1 Ss   Mon Jan  5 10:11:12 2026\n  77     1    70 Z+   Mon Jan  5 10:11:13 2026\n'
    expect(parsePs(output)).toEqual([
      { pid: 1, parent: 0, group: 1, session: null, start_time: 'Mon Jan  5 10:11:12 2026', state: 'S' },
      { pid: 77, parent: 1, group: 70, session: null, start_time: 'Mon Jan  5 10:11:13 2026', state: 'Z' },
    ])
  })
})
