import type { Session } from '@yardmaster/protocol'

/** What a session is called where it has a title, and where it has none. */
export const nameOf = ({ title, id }: Pick<Session, 'title' | 'id'>): string =>
  title || `Session ${id.slice(-6)}`

const longest = 80

/** A title from a prompt: the first line that says something. */
export function titleFrom(prompt: string): string {
  const line =
    prompt
      .split('\n')
      .find((one) => one.trim() !== '')
      ?.trim() ?? ''
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}
