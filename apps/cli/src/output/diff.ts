import type { DiffAnswer, DiffFile } from '@yardmaster/client'
import { type Paint, plain } from './text.js'

/** Changed files with their added and removed lines, and a line of sums. */
export function diffStat(files: readonly DiffFile[], color: Paint): string {
  if (files.length === 0) return color.dim('No changes.')
  const width = Math.max(...files.map((file) => nameOf(file).length))
  const lines = files.map((file) => `${nameOf(file).padEnd(width)}  ${counts(file, color)}`)
  const sum = (count: (file: DiffFile) => number | null) =>
    files.reduce((total, file) => total + (count(file) ?? 0), 0)
  const total = `${files.length} ${files.length === 1 ? 'file' : 'files'} changed, ${sum((f) => f.added)} added, ${sum((f) => f.removed)} removed`
  return [...lines, color.dim(total)].join('\n')
}

/** The whole diff as a terminal shows one; of several files, with their sums at the end. */
export function diffText({ files, truncated }: DiffAnswer, color: Paint): string {
  const parts = files.map((file) => {
    const title = `${color.bold(nameOf(file))}  ${counts(file, color)}`
    if (file.patch === null) return title
    const cut = file.truncated ? `\n${color.dim('… the rest of this file is left out')}` : ''
    return `${title}\n${plain(file.patch)
      .trimEnd()
      .split('\n')
      .filter((line) => !/^(diff --git|index |--- |\+\+\+ )/.test(line))
      .map((line) => paintLine(line, color))
      .join('\n')}${cut}`
  })
  if (truncated) parts.push(color.dim('… further files are left out'))
  if (files.length !== 1) parts.push(diffStat(files, color))
  return parts.join('\n\n')
}

const nameOf = (file: DiffFile) =>
  plain(file.old_path && file.old_path !== file.path ? `${file.old_path} → ${file.path}` : file.path)

function counts(file: DiffFile, color: Paint): string {
  if (file.binary) return color.dim('binary')
  return `${color.green(`+${file.added ?? 0}`)} ${color.red(`-${file.removed ?? 0}`)}`
}

function paintLine(line: string, color: Paint): string {
  if (line.startsWith('@@')) return color.cyan(line)
  if (line.startsWith('+')) return color.green(line)
  if (line.startsWith('-')) return color.red(line)
  return line
}
