import Anser from 'anser'

/** A piece of a terminal's output that looks the same throughout. */
export interface Painted {
  text: string
  /** Class names of its colours and decorations, or nothing. */
  classes: string
}

const ESC = '\u001b'
// What moves the cursor, sets titles or asks the terminal something: none of it is text, and only colours are kept.
const escapes = new RegExp(
  [
    `${ESC}\\][^\\u0007${ESC}]*(?:\\u0007|${ESC}\\\\)?`,
    `${ESC}[PX^_][^${ESC}]*(?:${ESC}\\\\)?`,
    `${ESC}\\[[0-?]*[ -/]*[@-ln-~]`,
    `${ESC}(?![[])[ -/]*[0-~]?`,
  ].join('|'),
  'g',
)
// Other controls, and what turns the direction of writing.
const controls = /(?![\t\n])\p{Cc}|\p{Bidi_Control}/gu

/** The output as pieces with the classes of `terminal.css`. */
export function painted(output: string): Painted[] {
  const plain = overwritten(output.replace(escapes, '')).replace(controls, (one) =>
    one === ESC ? one : '\ufffd',
  )
  return Anser.ansiToJson(plain, { json: true, remove_empty: true, use_classes: true }).map((piece) => ({
    text: piece.content.replaceAll(ESC, '\ufffd'),
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
