import Anser from 'anser'

/** A piece of a terminal's output that looks the same throughout. */
export interface Painted {
  text: string
  /** Class names of its colours and decorations, or nothing. */
  classes: string
}

// What moves the cursor, sets titles or asks the terminal something: none of it is text, and only colours are kept.
const escapes =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[PX^_][^\u001b]*(?:\u001b\\)?|\u001b\[[0-?]*[ -/]*[@-ln-~]|\u001b(?![[])[ -/]*[0-~]?/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const controls = /[\u0000-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g

/** The output as pieces with the classes of `terminal.css`. */
export function painted(output: string): Painted[] {
  const plain = overwritten(output.replace(escapes, '')).replace(controls, '\ufffd')
  return Anser.ansiToJson(plain, { json: true, remove_empty: true, use_classes: true }).map((piece) => ({
    text: piece.content,
    classes: [piece.fg, piece.bg && `bg-${piece.bg}`, ...piece.decorations]
      .filter((name) => /^[a-z0-9-]+$/.test(name ?? ''))
      .map((name) => `term-${name}`)
      .join(' '),
  }))
}

/** A carriage return goes back to the line's beginning: of a progress bar, the last state is left. */
function overwritten(text: string): string {
  if (!text.includes('\r')) return text
  return text
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\r', line.length - 2) + 1).replaceAll('\r', ''))
    .join('\n')
}
