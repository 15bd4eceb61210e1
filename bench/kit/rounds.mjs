const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
const least = (values) => Math.min(...values)
const most = (values) => Math.max(...values)

/**
 * Runs both sides in turns, ours and theirs, and compares them round by round.
 *
 * @param {{rounds: number, ours: () => Promise<number>, theirs: () => Promise<number>, say: (line: string) => void}} how
 *   each side answers its rate, things a second; one more round before the others is not counted
 * @returns {Promise<{ratio: string, ours: string, theirs: string}>} ours by theirs, so that 1 and more is at least as fast
 */
export async function inTurns({ rounds, ours, theirs, say }) {
  const mine = []
  const other = []
  for (let round = 0; round <= rounds; round += 1) {
    const [a, b] = [await ours(), await theirs()]
    say(`${round === 0 ? 'warm-up' : `round ${round}`}: ${Math.round(a)}/s against ${Math.round(b)}/s`)
    if (round === 0) continue
    mine.push(a)
    other.push(b)
  }
  const ratios = mine.map((value, round) => value / other[round])
  const rate = (values) => `${Math.round(median(values))}/s`
  return {
    ratio: `${median(ratios).toFixed(2)} (${least(ratios).toFixed(2)} to ${most(ratios).toFixed(2)})`,
    ours: rate(mine),
    theirs: rate(other),
  }
}
