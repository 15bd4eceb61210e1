import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { transports } from '../helpers/calls'

type Transport = (typeof transports)[number]

/** One line of expectations.txt. */
export interface Expectation {
  /** The line's own name, without its transport: `sessions.patch title`. */
  name: string
  path: string
  method: string
  /** The transport that it holds for; without one, both. */
  transport?: Transport
  /** What each column shall be answered, in the order of {@link columns}. */
  cells: string[]
}

/** The columns by their groups, as the head of the table names them. */
export const groups = {
  nobody: ['unsigned', 'disabled', 'expired', 'ended', 'revoked', 'lapsed'],
  viewer: ["others'", 'own'],
  others: ['none', 'view', 'session', 'prompt', 'all', 'owner'],
  own: ['none', 'view', 'session', 'prompt', 'all', 'owner'],
  admin: ['admin', 'token'],
  token: ['read', 'work', 'manage'],
  executor: ['this', 'sibling', 'older', 'other'],
  runtime: ['holds', 'other'],
} as const

type Group = keyof typeof groups

export interface Column {
  group: Group
  name: string
}

export const columns: Column[] = (Object.keys(groups) as Group[]).flatMap((group) =>
  groups[group].map((name) => ({ group, name })),
)

/** @throws naming the line that has another number of groups or of cells */
export function readTable(): Expectation[] {
  const text = readFileSync(join(__dirname, 'expectations.txt'), 'utf8')
  return text
    .split('\n')
    .filter((line) => /^[a-z-]+\.[a-z-]+ .*\|/.test(line))
    .map((line) => {
      const [name = '', ...parts] = line.split('|').map((part) => part.trim())
      const [, path, method] = /^([a-z-]+)\.([a-z-]+)/.exec(name) as unknown as [string, string, string]
      const sizes = Object.values(groups).map(({ length }) => length)
      const cells = parts.flatMap((part, place) => {
        const words = part.split(/\s+/)
        return words.length === 1 ? Array<string>(sizes[place] ?? 0).fill(words[0]!) : words
      })
      if (parts.length !== sizes.length || cells.length !== columns.length)
        throw new Error(`The line of ${name} has not a cell for every column.`)
      const [call = '', transport] = name.split(' @')
      return { name: call, path, method, cells, ...(transport ? { transport: transport as Transport } : {}) }
    })
}
