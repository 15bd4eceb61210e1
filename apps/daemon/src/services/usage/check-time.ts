import { type TimeQuery, usageBuckets, usageLimits, YardmasterError } from '@yardmaster/protocol'

/** @throws INVALID for a time that ends before it begins, or has too many buckets */
export function checkTime({ from, to, bucket }: TimeQuery): void {
  const width = Date.parse(to) - Date.parse(from)
  if (!(width > 0)) throw new YardmasterError('INVALID', "The query's to must be after its from.")
  if (width / usageBuckets[bucket] > usageLimits.buckets)
    throw new YardmasterError(
      'INVALID',
      `That would be more than ${usageLimits.buckets} buckets; take wider ones, or a shorter time.`,
    )
}
