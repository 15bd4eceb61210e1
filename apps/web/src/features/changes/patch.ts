/** A line of a hunk. Numbers count from 1; null on the side that does not have it. */
export interface PatchLine {
  kind: 'kept' | 'added' | 'removed'
  text: string
  old: number | null
  new: number | null
  /** It is the last of its file, and no newline follows it. */
  no_newline?: true
}

export interface Hunk {
  /** The line that begins it, with what git found around it. */
  head: string
  lines: PatchLine[]
}

const hunkHead = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/
const kinds = { ' ': 'kept', '+': 'added', '-': 'removed' } as const

/**
 * The hunks of one file's unified diff. Its header says nothing that the diff's answer does not, and is left out. A
 * hunk ends where its own counts say, since a line of content may look like anything; one that is cut off holds what is there.
 */
export function parsePatch(patch: string): Hunk[] {
  const hunks: Hunk[] = []
  const lines = patch.split('\n')
  if (lines.at(-1) === '') lines.pop()
  let [old, now, oldEnd, nowEnd] = [0, 0, 0, 0]
  for (const line of lines) {
    const hunk = hunks.at(-1)
    const kind = kinds[line[0] as keyof typeof kinds]
    if (hunk && (old < oldEnd || now < nowEnd) && kind) {
      hunk.lines.push({
        kind,
        text: line.slice(1),
        old: kind === 'added' ? null : old++,
        new: kind === 'removed' ? null : now++,
      })
    } else if (line[0] === '\\') {
      const last = hunk?.lines.at(-1)
      if (last) last.no_newline = true
    } else {
      const head = hunkHead.exec(line)
      if (!head) continue
      old = Number(head[1])
      now = Number(head[3])
      oldEnd = old + Number(head[2] ?? 1)
      nowEnd = now + Number(head[4] ?? 1)
      hunks.push({ head: line, lines: [] })
    }
  }
  return hunks
}

/** The same for two columns: what went stands beside what came in its place. */
export function paired(lines: readonly PatchLine[]): [left: PatchLine | null, right: PatchLine | null][] {
  const pairs: [PatchLine | null, PatchLine | null][] = []
  let removed: PatchLine[] = []
  let added: PatchLine[] = []
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at++)
      pairs.push([removed[at] ?? null, added[at] ?? null])
    removed = []
    added = []
  }
  for (const line of lines) {
    if (line.kind === 'removed' && added.length > 0) flush()
    if (line.kind === 'removed') removed.push(line)
    else if (line.kind === 'added') added.push(line)
    else {
      flush()
      pairs.push([line, line])
    }
  }
  flush()
  return pairs
}
