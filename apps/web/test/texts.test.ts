import fc from 'fast-check'
import { movedTo } from '../src/features/session/composer/queue-order.js'
import { painted } from '../src/features/session/transcript/ansi.js'
import { changedLines } from '../src/features/session/transcript/changed-lines.js'
import { exactly } from '../src/ui/exact.js'

const text = fc.string({ unit: 'binary', maxLength: 200 })
const joined = (pieces: { text: string }[]) => pieces.map((piece) => piece.text).join('')

test('what is shown exactly has no character that is not seen, and loses none that is', () => {
  fc.assert(
    fc.property(text, (given) => {
      expect(joined(exactly(given))).not.toMatch(/(?![\n\t])\p{Cc}|[\p{Cf}\p{Zl}\p{Zp}]/u)
      const plain = given.replace(/[^ -~\n]/g, '')
      expect(joined(exactly(plain))).toBe(plain)
    }),
  )
  expect(exactly('a\u202eb\u001b').map(({ text: piece, odd }) => [piece, odd])).toEqual([
    ['a', false],
    ['⟨U+202E⟩', true],
    ['b', false],
    ['␛', true],
  ])
})

test('no output of a command leaves anything but text and class names', () => {
  const codes = fc.constantFrom(
    '\u001b[',
    '\u001b]',
    '\u001b',
    ';',
    '31',
    'm',
    'H',
    '\u0007',
    '\r',
    '\n',
    '<b>',
    'x',
  )
  fc.assert(
    fc.property(fc.array(fc.oneof(codes, text), { maxLength: 40 }), (parts) => {
      for (const piece of painted(parts.join(''))) {
        expect(piece.text).not.toMatch(/(?![\n\t])\p{Cc}|\p{Bidi_Control}/u)
        expect(piece.classes).toMatch(/^(term-[a-z0-9-]+ ?)*$/)
      }
    }),
  )
})

test('colours become classes, what moves the cursor goes, a progress bar shows its last state', () => {
  expect(painted('\u001b[1;31mred\u001b[0m plain')).toEqual([
    { text: 'red', classes: 'term-ansi-red term-bold' },
    { text: ' plain', classes: '' },
  ])
  expect(joined(painted('\u001b]0;title\u0007\u001b[2J\u001b[1;1Hhere'))).toBe('here')
  expect(joined(painted('10 %\r50 %\r100 %\r\ndone'))).toBe('100 %\ndone')
})

test('the lines of an edit turn the one text into the other', () => {
  const lines = fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 })
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const changes = changedLines(before.join('\n'), after.join('\n'))
      const side = (without: string) =>
        changes.filter(({ kind }) => kind !== without).map((line) => line.text)
      expect(before.join('\n')).toContain(side('added').join('\n'))
      expect(after.join('\n')).toContain(side('removed').join('\n'))
      const grown = (kind: string) => changes.filter((line) => line.kind === kind).length
      expect(after.length - before.length).toBe(grown('added') - grown('removed'))
    }),
  )
})

test('a prompt moves one place in its queue', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 2 }),
      fc.nat(),
      (places, at) => {
        const queue = places.sort((a, b) => a - b).map((position) => ({ position }))
        const place = at % queue.length
        for (const by of [-1, 1] as const) {
          const position = movedTo(queue, place, by)
          if (queue[place + by] === undefined) expect(position).toBeNull()
          else {
            const others = queue.filter((_, other) => other !== place)
            const rank = others.filter((other) => other.position < (position as number)).length
            expect(rank).toBe(place + by)
          }
        }
      },
    ),
  )
})
