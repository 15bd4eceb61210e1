import { type Usage, usageBuckets, usageLimits } from '@yardmaster/protocol'
import { byEnding, byGroup, measuresOf, spreadOf } from '../src/features/usage/shape.js'
import { spans, usageQuery, usageSearch } from '../src/features/usage/usage-search.js'

test('an address that anybody wrote becomes a span and a grouping that there are, or none', () => {
  expect(usageSearch({ span: 'aeon', by: ['person'], other: 1 })).toEqual({})
  expect(usageSearch({ span: 'year', by: 'model' })).toEqual({ span: 'year', by: 'model' })
})

test('a span ends with the hour or day which it is, and has no more buckets than the daemon gives', () => {
  const now = new Date(2026, 2, 29, 13, 45)
  for (const span of spans) {
    const { from, to, bucket } = usageQuery({ span }, now)
    const left = Date.parse(to) - now.getTime()
    expect([span, left > 0 && left <= usageBuckets[bucket]]).toEqual([span, true])
    expect((Date.parse(to) - Date.parse(from)) / usageBuckets[bucket]).toBeLessThan(usageLimits.buckets)
    if (bucket !== 'hour') expect(new Date(from).getHours()).toBe(0)
  }
})

const figures = {
  tasks: 2,
  endings: { completed: 1, failed: 1, timed_out: 0, stopped: 0, cancelled: 0, open: 0 },
  tokens: { total: 10, input: 0, output: 0, thought: 0, cached_read: 0, cached_write: 0 },
  cost: { USD: 1.5 },
  waited: { p50: 1_000, p95: 2_000 },
  ran: null,
}
const day = '2026-03-02T00:00:00.000Z'
const unknown = { key: null, rest: false, name: null, ...figures }
const others = { key: null, rest: true, name: null, ...figures }
const usage: Usage = {
  from: '2026-03-01T00:00:00.000Z',
  to: '2026-03-03T12:00:00.000Z',
  bucket: 'day',
  by: 'model',
  total: figures,
  buckets: [{ at: day, ...figures }],
  groups: [{ ...unknown, key: 'm', name: 'm' }, unknown, others],
  series: [
    { at: day, key: null, rest: true, ...figures },
    { at: day, key: 'm', rest: false, ...figures },
  ],
}

test('a chart has every bucket, also those that nothing happened in, and each value in its series', () => {
  expect(measuresOf(usage)).toEqual(['tasks', 'tokens', 'cost USD'])
  const { series, points } = byGroup(usage, 'cost USD')
  expect(series).toEqual(['m', 'unknown', 'all others'])
  expect(points.map(({ values }) => values)).toEqual([
    [0, 0, 0],
    [1.5, 0, 1.5],
    [0, 0, 0],
  ])
  expect(byEnding(usage).points[1]?.values).toEqual([1, 1, 0, 0, 0, 0])
  expect(spreadOf(usage, 'waited').points.map(({ values }) => values)).toEqual([
    [null, null],
    [1, 2],
    [null, null],
  ])
  expect(spreadOf(usage, 'ran').points[1]?.values).toEqual([null, null])
})
