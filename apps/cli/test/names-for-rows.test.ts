import { isUrl, nameOf } from '../src/commands/repo.js'
import { pickOption } from '../src/commands/request.js'
import { idRange, only, shortIdLength } from '../src/lookup.js'

const first = '0192f0c1-3a2b-7000-8000-000000000001'
const second = '0192f0c1-3a2c-7000-8000-000000000002'

test('the beginning of an id is a range of ids, dashes or not', () => {
  expect(idRange('0192f0c1')).toEqual([
    '0192f0c1-0000-0000-0000-000000000000',
    '0192f0c1-ffff-ffff-ffff-ffffffffffff',
  ])
  expect(idRange('0192F0C1-3a2')).toEqual([
    '0192f0c1-3a20-0000-0000-000000000000',
    '0192f0c1-3a2f-ffff-ffff-ffffffffffff',
  ])
  expect(idRange('0192f0c13a2')).toEqual(idRange('0192f0c1-3a2'))
  expect(idRange('019')).toBeNull()
  expect(idRange('shop')).toBeNull()
})

test('lists show as much of the ids as tells them apart, 8 characters at least', () => {
  expect(shortIdLength([])).toBe(13)
  expect(shortIdLength([first])).toBe(13)
  expect(shortIdLength([first, second])).toBe('0192f0c1-3a2b'.length)
})

test('a name that means one row is that row, none or several are told with what fits', () => {
  const rows = [
    { id: first, branch: 'main' },
    { id: second, branch: 'fix' },
  ]
  const name = (row: { branch: string }) => row.branch
  expect(only('worktree', 'a', rows.slice(0, 1), name)).toBe(rows[0])
  expect(() => only('worktree', 'a', [], name)).toThrow('No worktree is called "a"')
  expect(() => only('worktree', 'a', rows, name)).toThrow(`main (${first}), fix (${second})`)
})

test('a permission option is meant by its number, its id, or a kind that one of them has', () => {
  const options = [
    { option_id: 'yes', name: 'Allow', kind: 'allow_once' },
    { option_id: '1', name: 'Refuse', kind: 'reject_once' },
    { option_id: 'no', name: 'Refuse more', kind: 'reject_once' },
  ]
  expect(pickOption({ options }, 'yes')).toBe('yes')
  expect(pickOption({ options }, 'allow_once')).toBe('yes')
  expect(pickOption({ options }, '3')).toBe('no')
  expect(pickOption({ options }, '1')).toBe('1') // an id comes before a number
  expect(() => pickOption({ options }, 'reject_once')).toThrow(/offers 1 yes \(Allow\)/)
  expect(() => pickOption({ options }, '0')).toThrow(/no option "0"/)
})

test('a repository is named after the last part of its place', () => {
  expect(nameOf('/code/shop/')).toBe('shop')
  expect(nameOf('/code/shop.git')).toBe('shop')
  expect(nameOf('https://example.com/team/shop.git')).toBe('shop')
  expect(nameOf('git@example.com:shop.git')).toBe('shop')
  expect(isUrl('git@example.com:shop.git')).toBe(true)
  expect(isUrl('ext::sh')).toBe(true)
  expect(isUrl('./shop')).toBe(false)
  expect(isUrl('C/shop')).toBe(false)
})
