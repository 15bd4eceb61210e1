import type { Family } from '@yardmaster/protocol'
import fc from 'fast-check'
import { edgePath, familySizes, layOut, type Placed } from '../src/features/session/side/family-layout.js'

/** A tree by the parent of each, all of whom are older: the way in which families grow. */
const families = fc.array(fc.nat(), { maxLength: 40 }).map((parents) => {
  const all: Family[] = [member(0, 'root')]
  parents.forEach((parent, at) => {
    const child = member(at + 1, parent % 2 ? 'fork' : 'spawn')
    all[parent % all.length]!.children.push(child)
    all.push(child)
  })
  return all
})

const member = (at: number, kind: Family['kind']): Family => ({
  id: String(at),
  title: null,
  status: 'idle',
  kind,
  children: [],
})

const apart = (one: Placed, other: Placed) =>
  Math.abs(one.x - other.x) >= familySizes.width || Math.abs(one.y - other.y) >= familySizes.height

test('in the picture of a family nobody covers anybody, and every line leads from a parent to its child', () => {
  fc.assert(
    fc.property(families, (all) => {
      const { nodes, width, height } = layOut(all[0]!)
      expect(nodes.map(({ member }) => member.id).sort()).toEqual(all.map(({ id }) => id).sort())
      for (const [at, node] of nodes.entries()) {
        expect(nodes.slice(at + 1).every((other) => apart(node, other))).toBe(true)
        expect(node.x >= 0 && node.x + familySizes.width <= width).toBe(true)
        expect(node.y >= 0 && node.y + familySizes.height <= height).toBe(true)
        if (!node.parent) continue
        expect(node.parent.member.children).toContain(node.member)
        expect(nodes.indexOf(node.parent)).toBeLessThan(at)
        // Out at the right of the one, in at the left of the other, and never backwards between.
        const numbers = edgePath(node.parent, node)
          .split(/[A-Z ]/)
          .slice(1)
          .map(Number)
        const [x, , across, , end] = numbers as [number, number, number, number, number]
        expect([x, end]).toEqual([node.parent.x + familySizes.width, node.x])
        expect(x < across && across < end).toBe(true)
      }
    }),
  )
})

test('a session that came last of all moves nobody above it, and stays below its elder sisters', () => {
  fc.assert(
    fc.property(families, fc.nat(), (all, parent) => {
      const before = layOut(all[0]!).nodes
      const newest = member(all.length, 'spawn')
      all[parent % all.length]!.children.push(newest)
      const after = layOut(all[0]!).nodes
      const place = after.findIndex(({ member }) => member === newest)
      const order = (nodes: Placed[]) => nodes.map(({ member }) => member.id)
      expect(order(after).toSpliced(place, 1)).toEqual(order(before))
      const at = ({ x, y }: Placed) => [x, y]
      expect(after.slice(0, place).map(at)).toEqual(before.slice(0, place).map(at))
    }),
  )
})
