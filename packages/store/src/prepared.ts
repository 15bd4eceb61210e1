import { createHash } from 'node:crypto'
import type { Query, Queryable } from './db.js'

const names = new Map<string, string>()

// Each connection keeps what it prepared. Callers choose filters freely, and shall not fill it without end.
const MOST_NAMES = 300

/**
 * Runs a text that was put together from parts, prepared by a name of its own: few shapes of queries make up almost
 * all there are, and parsing and planning one anew cost as much as running it. Past the first 300 shapes of the
 * process, a new one is run unnamed.
 *
 * @param text with $1, $2, … for the values; nothing that a caller wrote may stand in it
 */
export function runPrepared<Row>(on: Queryable, text: string, values: unknown[]): Promise<Row[]> {
  const name = nameOf(text)
  const query: Query = name ? { name, text, values } : { text, values }
  return on.query<Row>(query)
}

function nameOf(text: string): string | undefined {
  const known = names.get(text)
  if (known) return known
  if (names.size >= MOST_NAMES) return undefined
  const name = `shape-${createHash('sha256').update(text).digest('hex').slice(0, 32)}`
  names.set(text, name)
  return name
}
