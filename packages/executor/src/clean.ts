const unstorable = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g

/**
 * The text without what Postgres refuses: NUL and halves of surrogate pairs. Each becomes one U+FFFD, so that
 * offsets into the text stay true.
 */
export const cleanText = (text: string): string => text.replaceAll(unstorable, '\uFFFD')

/** Deeper nesting would overflow the stack of whoever reads it, here or in the daemon. */
const DEEPEST = 200

/** A JSON value with every text in it clean, keys too. `__proto__` as a key is left out: readers refuse it. */
export function cleanJson(value: unknown, depth = 0): unknown {
  if (typeof value === 'string') return cleanText(value)
  if (typeof value !== 'object' || value === null) return value
  if (depth === DEEPEST) return '[nested too deeply to be kept]'
  if (Array.isArray(value)) return value.map((item) => cleanJson(item, depth + 1))
  const entries = Object.entries(value).filter(([key]) => key !== '__proto__')
  return Object.fromEntries(entries.map(([key, item]) => [cleanText(key), cleanJson(item, depth + 1)]))
}
