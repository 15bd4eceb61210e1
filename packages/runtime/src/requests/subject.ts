/** What a tool call asks leave for, as far as two calls can be the same: kind, title, and JSON of files or input. */
export type Subject = [kind: string, title: string, subject: string]

// What is longer may have been cut by the executor, and two that differ would look alike.
const LONGEST = 8 * 1024

const onFiles = ['read', 'edit', 'delete', 'move']

/**
 * What an answer that is to hold for good is found again by. Of calls that work on files the files count and not the
 * content, so that one answer covers all edits of a file; of any other the whole input does.
 *
 * @returns null for a call that is too long to be told from others
 */
export function subjectOf(tool_call: object): Subject | null {
  const { kind = 'other', title = '', locations, raw_input } = tool_call as Record<string, unknown>
  const files = Array.isArray(locations) ? locations.map((place) => place?.path) : []
  const isOnFiles = onFiles.includes(String(kind)) && files.length > 0
  const subject = JSON.stringify((isOnFiles ? files.sort() : raw_input) ?? null)
  const isCut = typeof (raw_input as { cut?: unknown } | null)?.cut === 'string' && !isOnFiles
  if (isCut || subject.length + String(title).length > LONGEST) return null
  return [String(kind), String(title), subject]
}
