/**
 * How well a text fits what somebody types of it: its letters in order, with others in between. Beginnings of words and
 * letters side by side count more, and a short text more than a long one.
 *
 * @returns null where it does not fit; the higher, the better
 */
export function fit(typed: string, text: string): number | null {
  const wanted = typed.toLowerCase().replaceAll(/\s+/g, '')
  const given = text.toLowerCase()
  let score = 0
  let from = 0
  let last = -2
  for (const letter of wanted) {
    const at = placeOf(letter, given, from, last)
    if (at === -1) return null
    if (at === last + 1) score += 3
    if (begins(given, at)) score += 4
    score += 1
    last = at
    from = at + letter.length
  }
  return score - given.length / 100
}

/** Side by side with the one before, else at the beginning of a word, else anywhere. */
function placeOf(letter: string, text: string, from: number, last: number): number {
  if (last >= 0 && text.startsWith(letter, from)) return from
  for (let at = text.indexOf(letter, from); at !== -1; at = text.indexOf(letter, at + 1))
    if (begins(text, at)) return at
  return text.indexOf(letter, from)
}

const begins = (text: string, at: number): boolean => at === 0 || /[\s/._:-]/.test(text[at - 1] as string)

/** Those that fit, the best first; all of them, as they stand, where nothing is typed. */
export function best<Row>(
  typed: string,
  rows: readonly Row[],
  textOf: (row: Row) => string,
  most: number,
): Row[] {
  if (typed.trim() === '') return rows.slice(0, most)
  return rows
    .flatMap((row) => {
      const score = fit(typed, textOf(row))
      return score === null ? [] : [{ row, score }]
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, most)
    .map(({ row }) => row)
}
