import {
  type TimeQuery,
  type UsageBucket,
  type UsageDimension,
  type UsageQuery,
  usageDimensions,
} from '@yardmaster/protocol'

/** How far back one looks. */
export const spans = ['day', 'week', 'month', 'quarter', 'year'] as const
export type Span = (typeof spans)[number]

/** What is shown, as it stands in the address. */
export interface UsageSearch {
  span?: Span
  by?: UsageDimension
}

/** Reads it from an address that anybody may have written. */
export function usageSearch({ span, by }: Record<string, unknown>): UsageSearch {
  const found = spans.find((known) => known === span)
  const told = usageDimensions.find((known) => known === by)
  return { ...(found ? { span: found } : {}), ...(told ? { by: told } : {}) }
}

const lengths: Record<Span, { bucket: UsageBucket; count: number; days: number }> = {
  day: { bucket: 'hour', count: 24, days: 0 },
  week: { bucket: 'day', count: 7, days: 1 },
  month: { bucket: 'day', count: 30, days: 1 },
  quarter: { bucket: 'day', count: 90, days: 1 },
  year: { bucket: 'week', count: 52, days: 7 },
}

/** The same as a query. */
export const usageQuery = ({ span, by = 'person' }: UsageSearch, now: Date): UsageQuery => ({
  ...timeQuery({ span }, now),
  by,
})

/** The time of it, which ends with the hour or the day that it is, by the clock of whoever looks. */
export function timeQuery({ span = 'week' }: Pick<UsageSearch, 'span'>, now: Date): TimeQuery {
  const { bucket, count, days } = lengths[span]
  const to = new Date(now)
  if (days > 0) to.setHours(24, 0, 0, 0)
  else to.setHours(to.getHours() + 1, 0, 0, 0)
  const from = new Date(to)
  if (days > 0) from.setDate(from.getDate() - count * days)
  else from.setTime(to.getTime() - count * 3_600_000)
  return { from: from.toISOString(), to: to.toISOString(), bucket }
}
