import { attachmentLimits } from '@yardmaster/protocol'
import { sizeOf } from '../../ui/sizes.js'

/** A file that was chosen and not sent yet. */
export interface Chosen {
  key: number
  file: File
  /** Once the daemon has it, in that session: a second try does not put it there again. */
  put?: { id: string; session_id: string }
}

let count = 0

/** What is chosen once more was, as far as it may be sent. */
export function taken(files: Chosen[], more: readonly File[]): { files: Chosen[]; trouble: string | null } {
  const { bytes, per_prompt } = attachmentLimits
  const fit = more.filter(({ size }) => size > 0 && size <= bytes)
  const added = fit.slice(0, per_prompt - files.length).map((file) => {
    count += 1
    return { key: count, file }
  })
  const trouble =
    fit.length < more.length
      ? `Files may not be empty, and have ${sizeOf(bytes)} at most. Put larger ones into the worktree, and name them.`
      : added.length < fit.length
        ? `A prompt takes ${per_prompt} files at most.`
        : null
  return { files: [...files, ...added], trouble }
}
