import type { Paint } from '../output/text.js'
import { plain } from '../output/text.js'

/** What was looked at and found. `broken` makes `doctor` fail; `warning` is worth knowing. */
export interface Check {
  name: string
  state: 'ok' | 'warning' | 'broken'
  found: string
}

export const ok = (name: string, found: string): Check => ({ name, state: 'ok', found })
export const warning = (name: string, found: string): Check => ({ name, state: 'warning', found })
export const broken = (name: string, found: string): Check => ({ name, state: 'broken', found })

/** Checks as lines, names aligned. */
export function checkLines(checks: readonly Check[], color: Paint): string {
  const width = Math.max(...checks.map(({ name }) => name.length))
  const marks = { ok: color.green('✓'), warning: color.yellow('!'), broken: color.red('✗') }
  return checks
    .map(({ name, state, found }) => `${marks[state]} ${name.padEnd(width)}  ${plain(found)}`)
    .join('\n')
}
