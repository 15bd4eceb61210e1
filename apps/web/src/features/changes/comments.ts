import type { PatchLine } from './patch.js'

/** A line of a file: as it is now, or as it was before. */
export interface LinePlace {
  path: string
  side: 'old' | 'new'
  line: number
}

export interface LineComment extends LinePlace {
  /** What the line says, or its beginning. */
  quote: string
  text: string
}

/** Where a comment on a line of a patch stands. */
export const placeOf = (path: string, { kind, old, new: now }: PatchLine): LinePlace =>
  kind === 'removed' ? { path, side: 'old', line: old ?? 0 } : { path, side: 'new', line: now ?? 0 }

/** The same as one string, to find it by. */
export const placeKey = ({ path, side, line }: LinePlace): string => `${side}:${line}:${path}`

/** Comments that say something, in words for the agent: each with its file, its line and what stands there. */
export function promptOf(comments: readonly LineComment[]): string {
  const said = comments
    .filter(({ text }) => text.trim() !== '')
    .sort((a, b) => (a.path === b.path ? a.line - b.line : a.path < b.path ? -1 : 1))
  return [
    said.length === 1 ? 'A comment on the changes:' : `${said.length} comments on the changes:`,
    ...said.map(({ path, side, line, quote, text }) =>
      [
        `${written(path)}, line ${line}${side === 'old' ? ' (as it was before, now removed)' : ''}:`,
        `> ${quote}`,
        '',
        text.trim(),
      ].join('\n'),
    ),
  ].join('\n\n')
}

/** A name with a line end in it would look like more than a name. */
const written = (path: string): string => (/\p{Cc}/u.test(path) ? JSON.stringify(path) : path)
