import type { Family } from '@yardmaster/protocol'
import { sessionFamily } from '@yardmaster/store'
import type { Yard } from '../../yard.js'

/** The tree of sessions that a session stands in, from the topmost that the user may view. */
export async function family(yard: Yard, user_id: string, session_id: string): Promise<Family> {
  const rows = await sessionFamily(yard.db, user_id, session_id)
  const nodes = new Map(rows.map(({ above: _, ...node }) => [node.id, { ...node, children: [] as Family[] }]))
  for (const { id, above } of rows) if (above) nodes.get(above)?.children.push(nodes.get(id)!)
  return nodes.get(rows.find(({ above }) => above === null)!.id)!
}
