const hour = 3_600_000

/** How long something is still good for, in words: `for 3 days`, `for 2 h`, `expired`; `always` for null. */
export function lastsUntil(expires_at: string | null, now: number): string {
  if (expires_at === null) return 'always'
  const left = Date.parse(expires_at) - now
  if (left <= 0) return 'expired'
  if (left < hour) return 'for less than an hour'
  if (left < 48 * hour) return `for ${Math.floor(left / hour)} h`
  return `for ${Math.floor(left / (24 * hour))} days`
}
