import fc from 'fast-check'
import { Orderer } from '../src/watch/orderer.js'

/** Numbers behind `last`, mixed up, some of them more than once and some lost. */
const arrivals = fc.record({
  last: fc.nat(5),
  came: fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 80 }),
  room: fc.nat(8),
})

test('each comes in its turn, once, and nothing is missing that did not stay away', () => {
  fc.assert(
    fc.property(arrivals, ({ last, came, room }) => {
      const orderer = new Orderer<number>(last, room)
      const turns = came.flatMap((seq) => orderer.take(seq, seq))
      expect(turns).toEqual(turns.map((_, at) => last + 1 + at))
      expect(orderer.last).toBe(last + turns.length)
      expect(orderer.head).toBe(Math.max(last, ...came))
      expect(orderer.behind).toBe(orderer.head > orderer.last)

      // The log has all of them, from the first missing one on.
      const log = Array.from({ length: orderer.head - orderer.last }, (_, at) => orderer.last + 1 + at)
      expect(log.flatMap((seq) => orderer.take(seq, seq))).toEqual(log)
      expect(orderer.behind).toBe(false)
    }),
  )
})

test('with room enough, what came early need not come again', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 }), (came) => {
      const orderer = new Orderer<number>(0)
      expect(came.flatMap((seq) => orderer.take(seq, seq))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
    }),
  )
})
