import fc from 'fast-check'
import { ShortcutReader, shortcuts } from '../src/app/shortcuts/shortcuts.js'
import { best, fit } from '../src/features/palette/fuzzy.js'

const press = (name: string, timeStamp: number) => {
  const mod = name.startsWith('mod+')
  return {
    key: mod ? name.slice('mod+'.length) : name,
    ...{ ctrlKey: mod, metaKey: false, altKey: false, timeStamp },
  }
}

describe('shortcuts', () => {
  test.each(shortcuts.map(({ keys, command }) => [keys.join(' '), keys, command] as const))(
    '%s',
    (_, keys, command) => {
      const reader = new ShortcutReader()
      const read = keys.map((key, place) => reader.read(press(key, place * 100), false))
      expect(read.at(-1)).toEqual(command)
      expect(read.slice(0, -1).every((one) => one === null)).toBe(true)
    },
  )

  test('none begins like another one, so that each can be pressed', () => {
    for (const { keys } of shortcuts)
      for (const other of shortcuts)
        if (other.keys !== keys) expect(other.keys.slice(0, keys.length)).not.toEqual(keys)
  })

  test('a second key that comes late begins anew', () => {
    const reader = new ShortcutReader()
    expect(reader.read(press('g', 0), false)).toBeNull()
    expect(reader.read(press('b', 5_000), false)).toBeNull()
  })

  test('what is typed is never one, whatever came before', () => {
    const letters = fc.array(fc.constantFrom('g', 'b', 'n', 'j', '?', '/', 'x'))
    fc.assert(
      fc.property(letters, (keys) => {
        const reader = new ShortcutReader()
        reader.read(press('g', 0), false)
        return keys.every((key, place) => reader.read(press(key, place), true) === null)
      }),
    )
    expect(new ShortcutReader().read(press('mod+k', 0), true)).toBe('palette')
  })
})

describe('fuzzy', () => {
  test('fits where the letters come in order, and not otherwise', () => {
    const letters = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ' '), maxLength: 8 })
    fc.assert(
      fc.property(letters, letters, (typed, text) => {
        const wanted = [...typed.replaceAll(' ', '')]
        let from = 0
        const inOrder = wanted.every((letter) => {
          const at = text.indexOf(letter, from)
          from = at + 1
          return at !== -1
        })
        // Choosing a later place for a letter, it may miss some that do fit; never the other way round.
        return fit(typed, text) === null || inOrder
      }),
    )
  })

  test.each([
    ['ns', ['Needs me', 'New session', 'Worktrees'], 'New session'],
    ['all', ['Talk at length', 'All sessions'], 'All sessions'],
    ['cart', ['shop / fix-cart', 'scar tissue'], 'shop / fix-cart'],
    ['board', ['Board', 'bring our adapters down'], 'Board'],
  ])('%s', (typed, rows, first) => {
    expect(best(typed, rows, (row) => row, 10)[0]).toBe(first)
  })

  test('nothing typed leaves all as it stands', () => {
    expect(best(' ', ['b', 'a'], (row) => row, 1)).toEqual(['b'])
  })
})
