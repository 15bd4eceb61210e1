import { Type } from '@sinclair/typebox'
import { terminalStatuses } from '../states.js'
import { Id, nullable, type Static, strict, Timestamp, words } from './common.js'

/** How wide the buckets of a usage are, in milliseconds. They begin where the asked time begins, not at midnight. */
export const usageBuckets = { hour: 3_600_000, day: 86_400_000, week: 604_800_000 } as const
export type UsageBucket = keyof typeof usageBuckets

/** What usage is told apart by. */
export const usageDimensions = ['person', 'repo', 'harness', 'model'] as const
export type UsageDimension = (typeof usageDimensions)[number]

/** Buckets of one answer at most, and groups that are told apart in it: the rest is one more. */
export const usageLimits = { buckets: 400, groups: 10 } as const

const time = {
  from: Timestamp,
  /** The first moment that does not count any more. */
  to: Timestamp,
  bucket: words(Object.keys(usageBuckets) as UsageBucket[]),
}
/** A time, and into how wide parts it is cut. */
export const TimeQuery = strict(time)
export const UsageQuery = strict({ ...time, by: words(usageDimensions) })

const Count = Type.Integer({ minimum: 0 })
const Amount = Type.Number({ minimum: 0 })
/** Milliseconds; null where there is nothing to measure. */
const Spread = nullable(strict({ p50: Amount, p95: Amount }))

const figures = {
  /** Prompts that were queued in this time, whatever became of them since. */
  tasks: Count,
  endings: strict(
    Object.fromEntries([...terminalStatuses, 'open'].map((word) => [word, Count])) as Record<
      (typeof terminalStatuses)[number] | 'open',
      typeof Count
    >,
  ),
  /** As far as harnesses tell. */
  tokens: strict({
    total: Amount,
    input: Amount,
    output: Amount,
    thought: Amount,
    cached_read: Amount,
    cached_write: Amount,
  }),
  /** By currency. */
  cost: Type.Record(Type.String(), Amount),
  /** From the queue to the start of the first attempt. */
  waited: Spread,
  /** From that start to the ending. */
  ran: Spread,
}
/** Which of the things that `by` tells apart. `key` is null where it is not known, and of the `rest`: all beyond the ten with most tasks. */
const group = { key: nullable(Type.String()), rest: Type.Boolean() }

export const Usage = strict({
  from: Timestamp,
  to: Timestamp,
  bucket: UsageQuery.properties.bucket,
  by: UsageQuery.properties.by,
  total: strict(figures),
  /** Only those with a task in them, in order. */
  buckets: Type.Array(strict({ at: Timestamp, ...figures })),
  /** Those with most tasks first. `name` is what people call it: of a person or a repository, its name. */
  groups: Type.Array(strict({ ...group, name: nullable(Type.String()), ...figures })),
  series: Type.Array(strict({ at: Timestamp, ...group, ...figures })),
})

/** How much of a runtime is taken, of what the caller may see. */
export const RuntimeLoad = strict({
  runtime_id: Id,
  name: Type.String(),
  max_concurrent: Type.Integer({ minimum: 1 }),
  running: Count,
  /** Sessions whose next prompt could begin, if there were room. */
  waiting: Count,
  waits_since: nullable(Timestamp),
})

/** How much of each runtime was taken over a time, by runs that the caller may see. */
export const RuntimeHistory = strict({
  ...time,
  /** Those that something ran on, by name. */
  runtimes: Type.Array(
    strict({
      runtime_id: Id,
      name: Type.String(),
      max_concurrent: Type.Integer({ minimum: 1 }),
      /** Only those in which something ran, in order. */
      buckets: Type.Array(
        strict({
          at: Timestamp,
          /** Runs at once, on the average over the bucket, or over what has gone by of it. */
          running: Amount,
          /** Runs at once, at the most. */
          most: Count,
        }),
      ),
    }),
  ),
})

export type TimeQuery = Static<typeof TimeQuery>
export type UsageQuery = Static<typeof UsageQuery>
export type Usage = Static<typeof Usage>
export type UsageFigures = Usage['total']
export type RuntimeHistory = Static<typeof RuntimeHistory>
export type RuntimeLoad = Static<typeof RuntimeLoad>
