/** A piece of a text as it is shown: itself, or a sign in the place of a character that would not be seen. */
export interface Piece {
  text: string
  odd: boolean
}

// Controls but for line ends and tabs; what turns the direction of writing or has no width; what looks like a space or a
// line end and is none; halves of characters. Any of them can make a text look like another one.
const hidden =
  /(?![\n\t])\p{Cc}|[\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Variation_Selector}]|[\u115f\u1160\u3164\uffa0]/gu

/** What a text holds exactly, nothing interpreted: for reading before one answers. */
export function exactly(text: string): Piece[] {
  const pieces: Piece[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(hidden)) {
    if (index > from) pieces.push({ text: text.slice(from, index), odd: false })
    pieces.push({ text: signOf(found), odd: true })
    from = index + found.length
  }
  if (from < text.length) pieces.push({ text: text.slice(from), odd: false })
  return pieces
}

function signOf(character: string): string {
  const code = character.codePointAt(0) as number
  // Unicode has pictures of the old controls: ␛ for escape.
  if (code < 0x20) return String.fromCodePoint(0x2400 + code)
  if (code === 0x7f) return '\u2421'
  return `⟨U+${code.toString(16).toUpperCase().padStart(4, '0')}⟩`
}
