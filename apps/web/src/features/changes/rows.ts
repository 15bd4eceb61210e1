import type { DiffFile } from '@yardmaster/client'
import { type LineComment, type LinePlace, placeKey, placeOf } from './comments.js'
import { type Hunk, type PatchLine, paired, parsePatch } from './patch.js'

/** What one row of the page shows. */
export type Row =
  | { kind: 'file'; file: DiffFile; open: boolean }
  | { kind: 'note'; file: DiffFile; text: string; more: boolean }
  | { kind: 'hunk'; head: string }
  | { kind: 'line'; path: string; line: PatchLine }
  | { kind: 'pair'; path: string; left: PatchLine | null; right: PatchLine | null }
  | { kind: 'comment'; comment: LineComment }

type Note = Row & { kind: 'note' }

/** Changed lines of a file above which it is shown on demand. */
const many = 600
/** Characters of a patch, likewise: a few lines may be very long. */
const long = 60_000

export const isLarge = ({ added, removed, patch }: DiffFile): boolean =>
  (added ?? 0) + (removed ?? 0) > many || (patch?.length ?? 0) > long

const parsed = new WeakMap<DiffFile, Hunk[]>()
function hunksOf(file: DiffFile): Hunk[] {
  const hunks = parsed.get(file) ?? parsePatch(file.patch ?? '')
  parsed.set(file, hunks)
  return hunks
}

export interface Showing {
  /** Side by side, instead of one below the other. */
  split: boolean
  /** Files that somebody opened or closed; others are open unless they are large. */
  opened: ReadonlyMap<string, boolean>
  comments: readonly LineComment[]
}

/** All that the page shows, file by file, as one list that can be virtual. */
export function rowsOf(files: readonly DiffFile[], { split, opened, comments }: Showing): Row[] {
  const at = new Map(comments.map((comment) => [placeKey(comment), comment]))
  return files.flatMap((file) => {
    const open = opened.get(file.path) ?? !isLarge(file)
    const head: Row = { kind: 'file', file, open }
    const note = noteOf(file, open)
    if (!open) return note ? [head, note] : [head]
    const lines = hunksOf(file).flatMap((hunk) => [
      { kind: 'hunk', head: hunk.head } as const,
      ...(split ? inPairs(file.path, hunk, at) : inLine(file.path, hunk, at)),
    ])
    return note ? [head, ...lines, note] : [head, ...lines]
  })
}

function noteOf(file: DiffFile, open: boolean): Note | null {
  const note = (text: string, more = false): Note => ({ kind: 'note', file, text, more })
  if (!open) return isLarge(file) && !file.binary ? note('A large change.', true) : null
  if (file.binary) return note('A binary file.')
  if (file.patch === null)
    return note('Left out: these changes are too large to be sent. Look at it in the worktree.')
  if (file.truncated) return note('Cut off here: this file changed by more than can be sent.')
  if (hunksOf(file).length === 0) return note('No line changed.')
  return null
}

type Found = ReadonlyMap<string, LineComment>

const commentsOn = (places: LinePlace[], at: Found): Row[] =>
  places.flatMap((place) => {
    const comment = at.get(placeKey(place))
    return comment ? [{ kind: 'comment', comment } as const] : []
  })

const inLine = (path: string, { lines }: Hunk, at: Found): Row[] =>
  lines.flatMap((line): Row[] => [{ kind: 'line', path, line }, ...commentsOn([placeOf(path, line)], at)])

const inPairs = (path: string, { lines }: Hunk, at: Found): Row[] =>
  paired(lines).flatMap(([left, right]): Row[] => [
    { kind: 'pair', path, left, right },
    ...commentsOn(
      [left, left === right ? null : right].flatMap((line) => (line ? [placeOf(path, line)] : [])),
      at,
    ),
  ])
