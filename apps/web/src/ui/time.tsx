import { useSyncExternalStore } from 'react'

const steps: [seconds: number, unit: Intl.RelativeTimeFormatUnit][] = [
  [60, 'second'],
  [3_600, 'minute'],
  [86_400, 'hour'],
  [2_592_000, 'day'],
  [31_536_000, 'month'],
  [Number.POSITIVE_INFINITY, 'year'],
]
const units: Record<string, number> = {
  second: 1,
  minute: 60,
  hour: 3_600,
  day: 86_400,
  month: 2_592_000,
  year: 31_536_000,
}
const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto', style: 'narrow' })

/** How long ago a moment is, in words; what is still to come on another clock counts as now. */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, (now - at) / 1000)
  if (seconds < 10) return 'now'
  const [, unit] = steps.find(([most]) => seconds < most) as [number, Intl.RelativeTimeFormatUnit]
  return relative.format(-Math.floor(seconds / (units[unit] as number)), unit)
}

/** A length of time, like `3.2 s` or `4 min 10 s`. */
export function lasted(milliseconds: number): string {
  const seconds = milliseconds / 1000
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${Math.floor(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`
}

// One clock for every time on the page.
const tick = 15_000
let now = Date.now()
const listeners = new Set<() => void>()
setInterval(() => {
  now = Date.now()
  for (const listener of listeners) listener()
}, tick)
const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Milliseconds since the epoch, looked up every quarter of a minute. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now)

/** How long ago something was, and exactly when where one points at it. */
export function Ago({ at }: { at: string }) {
  const time = Date.parse(at)
  return (
    <time dateTime={at} title={new Date(time).toLocaleString()}>
      {ago(time, Math.max(useNow(), time))}
    </time>
  )
}
