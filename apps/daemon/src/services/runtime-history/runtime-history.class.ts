import { type RuntimeHistory, type TimeQuery, usageBuckets } from '@yardmaster/protocol'
import { runtimeHistory } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import type { Yard } from '../../yard.js'
import { checkTime } from '../usage/check-time.js'
import { userOf } from '../user-of.js'

/** How much of each runtime was taken, over a time. */
export class RuntimeHistories {
  constructor(private readonly yard: Yard) {}

  /** @throws INVALID for a time that ends before it begins, or has too many buckets */
  async find({ principal, query }: CallParams): Promise<RuntimeHistory> {
    const asked = query as unknown as TimeQuery
    const { from, to, bucket } = asked
    checkTime(asked)
    const rows = await runtimeHistory(
      this.yard.db,
      userOf(principal) as string,
      from,
      to,
      usageBuckets[bucket],
    )
    const runtimes = new Map<string, RuntimeHistory['runtimes'][number]>()
    for (const { runtime_id, name, max_concurrent, at, running, most } of rows) {
      const runtime = runtimes.get(runtime_id) ?? { runtime_id, name, max_concurrent, buckets: [] }
      runtime.buckets.push({ at: new Date(at).toISOString(), running, most })
      runtimes.set(runtime_id, runtime)
    }
    return { from, to, bucket, runtimes: [...runtimes.values()] }
  }
}
