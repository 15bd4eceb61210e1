import { type Usage, type UsageQuery, usageBuckets } from '@yardmaster/protocol'
import { type UsageRow, usage } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { checkTime } from './check-time.js'

/** What agents used, and how long people waited for them. */
export class UsageService {
  constructor(private readonly yard: Yard) {}

  /** @throws INVALID for a time that ends before it begins, or has too many buckets */
  async find({ principal, query }: CallParams): Promise<Usage> {
    const asked = query as unknown as UsageQuery
    const { from, to, bucket, by } = asked
    checkTime(asked)
    const rows = await usage[by](this.yard.db, userOf(principal) as string, from, to, usageBuckets[bucket])
    const of = (kind: UsageRow['of']) => rows.filter((row) => row.of === kind)
    const series = of('series').map(({ at, key, rest, figures }) => ({ at: iso(at), key, rest, ...figures }))
    const costOf = (belongs: (line: (typeof series)[number]) => boolean) =>
      ({ cost: sums(series.filter(belongs).map(({ cost }) => cost)) }) as const
    return {
      ...{ from, to, bucket, by },
      total: { ...(of('total')[0] as UsageRow).figures, ...costOf(() => true) },
      buckets: of('bucket').map(({ at, figures }) => ({
        at: iso(at),
        ...figures,
        ...costOf((line) => line.at === iso(at)),
      })),
      groups: of('group').map(({ key, rest, name, figures }) => ({
        ...{ key, rest, name },
        ...figures,
        ...costOf((line) => line.key === key && line.rest === rest),
      })),
      series,
    }
  }
}

const iso = (at: string | null): string => new Date(at as string).toISOString()

/** Amounts by currency, added up. */
function sums(costs: readonly Record<string, number>[]): Record<string, number> {
  const all: Record<string, number> = {}
  for (const cost of costs)
    for (const [currency, amount] of Object.entries(cost)) all[currency] = (all[currency] ?? 0) + amount
  return all
}
