import {
  type RuntimeHistory,
  type TimeQuery,
  terminalStatuses,
  type Usage,
  type UsageFigures,
  usageBuckets,
} from '@yardmaster/protocol'
import { rest, taskWords, unknown } from '../../ui/words.js'

/** One line of a chart: a place on its time axis, and the value of each of its series. */
export interface Point {
  at: number
  label: string
  values: (number | null)[]
}

export interface Shape {
  /** What the series are called, in the order of the values. */
  series: string[]
  points: Point[]
}

/** What can be looked at by group: how many tasks, tokens, or an amount of one currency. */
export type Measure = 'tasks' | 'tokens' | `cost ${string}`

export const measured = (measure: Measure, { tasks, tokens, cost }: UsageFigures): number => {
  if (measure === 'tasks') return tasks
  return measure === 'tokens' ? tokens.total : (cost[measure.slice('cost '.length)] ?? 0)
}

/** What there is to be looked at, of what harnesses told. */
export const measuresOf = ({ total }: Usage): Measure[] => [
  'tasks',
  ...(total.tokens.total > 0 ? (['tokens'] as const) : []),
  ...Object.keys(total.cost).map((currency) => `cost ${currency}` as const),
]

export const groupName = (group: { name: string | null; rest: boolean }): string =>
  group.rest ? rest : (group.name ?? unknown)

/** One measure over time, a series for each group. */
export function byGroup(usage: Usage, measure: Measure): Shape {
  const { groups } = usage
  const place = (key: string | null, isRest: boolean) =>
    groups.findIndex((group) => group.key === key && group.rest === isRest)
  const at = new Map<number, number[]>()
  for (const line of usage.series) {
    const values = at.get(Date.parse(line.at)) ?? groups.map(() => 0)
    values[place(line.key, line.rest)] = measured(measure, line)
    at.set(Date.parse(line.at), values)
  }
  return {
    series: groups.map(groupName),
    points: pointsOf(usage, (time) => at.get(time) ?? groups.map(() => 0)),
  }
}

export const endings = [...terminalStatuses, 'open'] as const

/** How tasks ended over time; those that did not yet are the last. */
export function byEnding(usage: Usage): Shape {
  const found = bucketsOf(usage)
  return {
    series: endings.map((ending) => (ending === 'open' ? 'not ended' : taskWords[ending])),
    points: pointsOf(usage, (time) => endings.map((ending) => found.get(time)?.endings[ending] ?? 0)),
  }
}

/** Half of the tasks were quicker, and nineteen of twenty, in seconds. */
export function spreadOf(usage: Usage, what: 'waited' | 'ran'): Shape {
  const found = bucketsOf(usage)
  const seconds = (time: number, share: 'p50' | 'p95') => {
    const milliseconds = found.get(time)?.[what]?.[share]
    return milliseconds === undefined ? null : milliseconds / 1000
  }
  return {
    series: ['half within', '95 % within'],
    points: pointsOf(usage, (time) => [seconds(time, 'p50'), seconds(time, 'p95')]),
  }
}

/** How much of each runtime was taken over time, in runs at once: on the average, or at the most. */
export function byRuntime(history: RuntimeHistory, what: 'running' | 'most'): Shape {
  const found = history.runtimes.map(
    ({ buckets }) => new Map(buckets.map((bucket) => [Date.parse(bucket.at), bucket[what]])),
  )
  return {
    series: history.runtimes.map(({ name, max_concurrent }) => `${name} (takes ${max_concurrent})`),
    points: pointsOf(history, (time) => found.map((runtime) => runtime.get(time) ?? 0)),
  }
}

const bucketsOf = ({ buckets }: Usage) => new Map(buckets.map((bucket) => [Date.parse(bucket.at), bucket]))

/** Every bucket of the time, also those that nothing happened in. */
function pointsOf({ from, to, bucket }: TimeQuery, values: (at: number) => (number | null)[]): Point[] {
  const width = usageBuckets[bucket]
  const count = Math.ceil((Date.parse(to) - Date.parse(from)) / width)
  return Array.from({ length: count }, (_, place) => {
    const at = Date.parse(from) + place * width
    return { at, label: labelOf(at, bucket), values: values(at) }
  })
}

/** By a day's middle, since days are 24 hours here and begin an hour off midnight behind a change of the clocks. */
function labelOf(at: number, bucket: TimeQuery['bucket']): string {
  if (bucket === 'hour')
    return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' })
  return new Date(at + usageBuckets.day / 2).toLocaleDateString(undefined, { day: 'numeric', month: 'short' })
}
