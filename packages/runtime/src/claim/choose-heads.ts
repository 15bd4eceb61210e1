import type { Tx } from '@yardmaster/store'
import { type Head, lookForHeads, type Waiting } from './look-for-heads.js'

/**
 * What there is for a runtime, and heads for as many slots, as far as there are: longest waiting first, one for each
 * worktree, several where writers may be parallel.
 *
 * @throws FENCED when another boot has taken the runtime's place
 */
export async function chooseHeads(
  tx: Tx,
  offer: { runtime_id: string; boot_id: string; known: string[]; slots: number },
): Promise<Waiting> {
  const { lost, room, heads: found } = await lookForHeads(tx, offer, offer.slots, [])
  let heads = oneForEachPlace(found)
  // Where all that was asked for was found, there may be more.
  for (let asked = room, got = found.length; got === asked; ) {
    asked = room - heads.length
    if (asked === 0) break
    const more = await lookForHeads(tx, offer, asked, found)
    found.push(...more.heads)
    heads = oneForEachPlace(found)
    got = more.heads.length
  }
  return { lost, room, heads }
}

/** Those that can run at once, longest waiting first. */
function oneForEachPlace(heads: Head[]): Head[] {
  const taken = new Set<string>()
  return heads.toSorted(byWaiting).filter(({ parallel, session_id, worktree_id }) => {
    const place = parallel ? session_id : worktree_id
    const isFree = !taken.has(place)
    taken.add(place)
    return isFree
  })
}

const byWaiting = (a: Head, b: Head): number => a.since - b.since || (a.id < b.id ? -1 : 1)
