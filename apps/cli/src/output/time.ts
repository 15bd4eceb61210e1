/** `12 s ago`, `3 min ago`, `2 h ago`, `5 d ago`; `never` for null. */
export function ago(timestamp: string | null, now = Date.now()): string {
  if (timestamp === null) return 'never'
  const seconds = Math.max(0, Math.round((now - Date.parse(timestamp)) / 1000))
  if (seconds < 5) return 'just now'
  if (seconds < 60) return `${seconds} s ago`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`
  return `${Math.floor(seconds / 86_400)} d ago`
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `15 min`, `2 h 10 min`. */
export function lasted(milliseconds: number): string {
  const seconds = Math.max(0, milliseconds) / 1000
  if (seconds < 10) return `${seconds.toFixed(1)} s`
  if (seconds < 60) return `${Math.round(seconds)} s`
  const whole = Math.round(seconds)
  if (whole < 3600) return two(Math.floor(whole / 60), 'min', whole % 60, 's')
  return two(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min')
}

const two = (large: number, unit: string, small: number, smallUnit: string) =>
  small === 0 ? `${large} ${unit}` : `${large} ${unit} ${small} ${smallUnit}`
