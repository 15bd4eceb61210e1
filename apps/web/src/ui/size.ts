const units = ['B', 'KB', 'MB', 'GB', 'TB']

/** Bytes as people say them, like `12 KB` or `1.4 GB`. */
export function size(bytes: number): string {
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const value = bytes / 1024 ** step
  return `${value.toFixed(step > 0 && value < 10 ? 1 : 0)} ${units[step]}`
}
