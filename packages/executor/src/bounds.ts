/** Bytes of JSON that the content of one message may take: bodies are refused over 1 MiB. */
export const MESSAGE_BYTES = 512 * 1024

/** Bytes of a value as JSON in UTF-8. Escapes count: a megabyte of control characters is six as JSON. */
export const jsonBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value) ?? '')

/** What stands where text was cut. */
export const cutNote = (characters: number): string => `\n[… ${characters} more characters were cut]`

/**
 * The value, with its longest texts cut until it fits. What still does not fit is replaced by a note.
 *
 * @param limit bytes of JSON
 */
export function bounded<T>(value: T, limit: number): T | { cut: string } {
  const size = jsonBytes(value)
  if (size <= limit) return value
  for (let longest = limit / 2; longest >= 256; longest /= 2) {
    const shorter = shorten(value, longest)
    if (jsonBytes(shorter) <= limit) return shorter as T
  }
  return { cut: `${size} bytes were too much to be kept` }
}

function shorten(value: unknown, longest: number): unknown {
  if (typeof value === 'string') {
    if (value.length <= longest) return value
    // Not between the halves of a surrogate pair.
    const end = /[\uD800-\uDBFF]/.test(value[longest - 1] ?? '') ? longest - 1 : longest
    return value.slice(0, end) + cutNote(value.length - end)
  }
  if (Array.isArray(value)) return value.map((item) => shorten(item, longest))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shorten(item, longest)]))
}

/** The first items that fit together. */
export function fitting<T>(items: readonly T[], limit: number): T[] {
  let room = limit
  const end = items.findIndex((item) => {
    room -= jsonBytes(item) + 1
    return room < 0
  })
  return end < 0 ? [...items] : items.slice(0, end)
}
