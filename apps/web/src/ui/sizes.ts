const units = ['bytes', 'KiB', 'MiB', 'GiB']

/** A number of bytes, as people read it. */
export function sizeOf(bytes: number): string {
  const power = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10))
  const number = bytes / 1024 ** power
  return `${number < 10 && power > 0 ? number.toFixed(1).replace('.0', '') : Math.round(number)} ${units[power]}`
}
