import type { Family } from '@yardmaster/protocol'

/** How large things are in the picture of a family, in px. Two generations fit beside a transcript without scrolling. */
export const familySizes = { width: 108, height: 36, across: 24, between: 8 } as const

/** A session of a family and where it stands: `x` and `y` are its upper left corner. */
export interface Placed {
  member: Family
  parent: Placed | null
  x: number
  y: number
}

export interface FamilyLayout {
  /** Each before those that came from it, and these in the order in which they were made. */
  nodes: Placed[]
  width: number
  height: number
}

/**
 * A column for each generation, from left to right, and a row for each line of descent: the first that came from a session
 * stands beside it, each further one below all that came from those before. So nothing moves when a session is added behind
 * the others but what stands below it.
 */
export function layOut(family: Family): FamilyLayout {
  const { width, height, across, between } = familySizes
  const nodes: Placed[] = []
  let rows = 0
  let generations = 0
  const place = (member: Family, parent: Placed | null, generation: number) => {
    const node = { member, parent, x: generation * (width + across), y: rows * (height + between) }
    nodes.push(node)
    generations = Math.max(generations, generation + 1)
    member.children.forEach((child, at) => {
      if (at > 0) rows += 1
      place(child, node, generation + 1)
    })
  }
  place(family, null, 0)
  return {
    nodes,
    width: generations * (width + across) - across,
    height: (rows + 1) * (height + between) - between,
  }
}

/** The way from a session to one that came from it, as the `d` of a path: out to the right, down, and to the right again. */
export function edgePath(from: Placed, to: Placed): string {
  const { width, height, across } = familySizes
  const half = height / 2
  return `M${from.x + width} ${from.y + half}H${from.x + width + across / 2}V${to.y + half}H${to.x}`
}
