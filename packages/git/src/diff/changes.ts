export type ChangeStatus = 'added' | 'modified' | 'deleted' | 'renamed' | 'copied' | 'typechange'

export interface ChangedFile {
  /** Relative to the top level, with `/`; the new path of a renamed file. */
  path: string
  status: ChangeStatus
  /** Lines added and removed; null for a binary file. */
  added: number | null
  removed: number | null
  /** Where a renamed or copied file was. */
  old_path?: string
}

const STATUS: Record<string, ChangeStatus> = {
  A: 'added',
  M: 'modified',
  D: 'deleted',
  R: 'renamed',
  C: 'copied',
  T: 'typechange',
}

/**
 * Reads what `git diff-tree --raw --numstat -z` writes: first `:modes shas status NUL path NUL` of each
 * file, a second path where it moved, then `added TAB removed TAB path NUL` of each (an empty path and two
 * more fields where it moved). Fields are told apart by place alone, because a path may look like anything.
 */
export function parseChanges(output: string): ChangedFile[] {
  const fields = output.split('\0')
  let at = 0
  const next = () => fields[at++] ?? ''
  const files = new Map<string, ChangedFile>()
  while (fields[at]?.startsWith(':')) {
    const letter = next().split(' ')[4]?.[0] ?? ''
    const [first, second] = [next(), letter === 'R' || letter === 'C' ? next() : null]
    const path = second ?? first
    const status = STATUS[letter] ?? 'modified'
    files.set(path, { path, status, added: 0, removed: 0, ...(second === null ? {} : { old_path: first }) })
  }
  while (at < fields.length - 1) {
    const [added = '', removed = '', ...rest] = next().split('\t')
    let path = rest.join('\t')
    if (path === '') [, path] = [next(), next()]
    Object.assign(files.get(path) ?? {}, { added: count(added), removed: count(removed) })
  }
  return [...files.values()]
}

function count(text: string): number | null {
  return text === '-' ? null : Number(text)
}
