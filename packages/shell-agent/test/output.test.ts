import fc from 'fast-check'
import { Output } from '../src/output.js'

const CUT = /\n\[… (\d+) bytes cut …\]\n/

function feed(bytes: Buffer, limit: number, step: number): Output {
  const output = new Output(limit)
  for (let at = 0; at < bytes.length; at += step) output.append(bytes.subarray(at, at + step))
  return output
}

test('what fits is kept whole, however it comes in', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 9 }), (text, step) => {
      const bytes = Buffer.from(text)
      expect(feed(bytes, bytes.length + 2, step).text(true)).toBe(text)
    }),
  )
})

test('what does not fit keeps both ends, and kept and cut add up', () => {
  const ascii = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 21, maxLength: 200 })
  fc.assert(
    fc.property(ascii, fc.integer({ min: 1, max: 50 }), (text, step) => {
      const kept = feed(Buffer.from(text), 20, step).text(true)
      const [head, cut, tail] = kept.split(CUT)
      expect([head, tail]).toEqual([text.slice(0, 10), text.slice(-10)])
      expect(Number(cut)).toBe(text.length - 20)
    }),
  )
})

test('no character is torn at the cut or at the end of what came so far', () => {
  const euros = Buffer.from('€'.repeat(20))
  expect(feed(euros, 20, 7).text(true)).toBe('€€€\n[… 40 bytes cut …]\n€€€')
  const output = new Output()
  output.append(euros.subarray(0, 4))
  expect([output.text(false), output.text(true)]).toEqual(['€', '€\uFFFD'])
})
