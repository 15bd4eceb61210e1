export interface ChangedLine {
  kind: 'kept' | 'added' | 'removed'
  text: string
}

/** Lines that are shown before and after what changed. */
const around = 3
/** Lines of one side above which they are not paired one by one, which would take the square of them. */
const most = 800

/** What turns one text into the other, line by line, with a few lines around it. */
export function changedLines(before: string, after: string): ChangedLine[] {
  const old = before === '' ? [] : before.split('\n')
  const now = after === '' ? [] : after.split('\n')
  let head = 0
  while (head < old.length && head < now.length && old[head] === now[head]) head++
  let tail = 0
  while (tail < old.length - head && tail < now.length - head && old.at(-1 - tail) === now.at(-1 - tail))
    tail++
  const kept = (lines: string[]): ChangedLine[] => lines.map((text) => ({ kind: 'kept', text }))
  return [
    ...kept(now.slice(Math.max(0, head - around), head)),
    ...between(old.slice(head, old.length - tail), now.slice(head, now.length - tail)),
    ...kept(now.slice(now.length - tail, now.length - tail + around)),
  ]
}

function between(old: string[], now: string[]): ChangedLine[] {
  const as = (kind: ChangedLine['kind'], lines: string[]) => lines.map((text) => ({ kind, text }))
  if (old.length > most || now.length > most) return [...as('removed', old), ...as('added', now)]
  return alongCommon(old, now)
}

/** By the longest common subsequence of lines. */
function alongCommon(old: string[], now: string[]): ChangedLine[] {
  const width = now.length + 1
  const lengths = new Uint16Array((old.length + 1) * width)
  for (let i = old.length - 1; i >= 0; i--)
    for (let j = now.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        old[i] === now[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
  const lines: ChangedLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    const same = i < old.length && j < now.length && old[i] === now[j]
    const goes =
      j >= now.length || (i < old.length && lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!)
    if (same) lines.push({ kind: 'kept', text: now[j++]! })
    else if (goes) lines.push({ kind: 'removed', text: old[i]! })
    else lines.push({ kind: 'added', text: now[j++]! })
    if (same || goes) i++
  }
  return lines
}
