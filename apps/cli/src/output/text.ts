import pc from 'picocolors'

export type Paint = ReturnType<typeof pc.createColors>

/** Colors for one stream: only on a terminal, unless FORCE_COLOR or NO_COLOR says otherwise. */
export function paint(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv = process.env): Paint {
  if (env.NO_COLOR) return pc.createColors(false)
  return pc.createColors(Boolean(env.FORCE_COLOR) || (stream.isTTY === true && env.TERM !== 'dumb'))
}

/**
 * Text of an agent or of another user, fit for a terminal. Escape sequences could retitle the window, hide
 * what was run, or type into the shell: control characters other than tab and newline go.
 */
export function plain(text: string): string {
  return text.replaceAll('\r\n', '\n').replace(escapes, '').replace(controls, '')
}

/** One line of at most `width` characters. */
export function brief(text: string, width = Number.POSITIVE_INFINITY): string {
  const line = plain(text).replace(/\s+/g, ' ').trim()
  return line.length > width ? `${line.slice(0, Math.max(0, width - 1))}…` : line
}

export const indent = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => (line ? by + line : line))
    .join('\n')

// Whole sequences first, so that a colored word does not leave `[31m` behind; then single characters, the
// bidirectional overrides among them, which make text read as another one. Built from code points, since
// the characters themselves cannot be seen in a source.
const esc = String.fromCharCode(27)
const range = (from: number, to: number) => `${String.fromCharCode(from)}-${String.fromCharCode(to)}`
const escapes = new RegExp(
  `${esc}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${esc}${String.fromCharCode(7)}]*(?:${String.fromCharCode(7)}|${esc}\\\\)|[@-Z\\\\-_])`,
  'g',
)
const controls = new RegExp(
  `[${range(0, 8)}${range(11, 31)}${range(127, 159)}${range(0x202a, 0x202e)}${range(0x2066, 0x2069)}]`,
  'g',
)
