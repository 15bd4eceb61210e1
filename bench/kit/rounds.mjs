import { median, spread } from './figures.mjs'

/**
 * Runs both sides in turns and pairs what they answer. The first round warms up and is not counted.
 *
 * @template Figures
 * @param {{rounds: number, ours: () => Promise<Figures>, theirs: () => Promise<Figures>, say: (line: string) => void,
 *   tell: (figures: Figures) => string}} how `tell` writes one side's figures for the log
 * @returns {Promise<[ours: Figures, theirs: Figures][]>}
 */
export async function inTurns({ rounds, ours, theirs, say, tell }) {
  const pairs = []
  for (let round = 0; round <= rounds; round += 1) {
    // Who goes first changes, so that neither always finds what the other has warmed.
    const first = round % 2 === 0
    const a = first ? await ours() : null
    const other = await theirs()
    const mine = a ?? (await ours())
    say(`${round === 0 ? 'warm-up' : `round ${round}`}: ${tell(mine)} against ${tell(other)}`)
    if (round > 0) pairs.push([mine, other])
  }
  return pairs
}

/** Ours by theirs, pair by pair, of one figure. */
export const ratioOf = (pairs, figure) => spread(pairs.map(([a, b]) => a[figure] / b[figure]))

/** The medians of one figure: ours and theirs. */
export const mediansOf = (pairs, figure) =>
  [0, 1].map((side) => median(pairs.map((pair) => pair[side][figure])))
