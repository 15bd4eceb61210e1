/** Paths that are ranked at most: behind so many the text says too little for an order to mean anything. */
const RANKED = 5_000

/**
 * The paths that hold a text's letters in their order, in whatever case, the best first: those whose name begins with it,
 * then has it in it, then whose path has it; of equals the shorter one.
 */
export function bestPaths(paths: readonly string[], text: string): string[] {
  const wanted = text.toLowerCase()
  const found: { path: string; rank: number }[] = []
  for (const path of paths) {
    const rank = rankOf(path.toLowerCase(), wanted)
    if (rank !== null) found.push({ path, rank })
    if (found.length === RANKED) break
  }
  return found
    .sort((a, b) => a.rank - b.rank || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .map(({ path }) => path)
}

function rankOf(path: string, wanted: string): number | null {
  const name = path.slice(path.lastIndexOf('/') + 1)
  if (name.startsWith(wanted)) return 0
  if (name.includes(wanted)) return 1
  if (path.includes(wanted)) return 2
  let at = -1
  for (const letter of wanted) {
    at = path.indexOf(letter, at + 1)
    if (at < 0) return null
  }
  return 3
}
