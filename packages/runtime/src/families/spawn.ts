import { YardmasterError } from '@yardmaster/protocol'
import { onlyRow, presentSession, statement, type Tx } from '@yardmaster/store'
import { asSystem, type Ledger, withSession } from '../ledger/ledger.js'
import { promptIn } from '../queue/prompt.js'
import { createSessionIn, type NewSession } from '../sessions/create-session.js'
import { holdSource } from './hold-source.js'

/** How far down from a session that nobody spawned, and how many next to each other. */
const DEEPEST = 5
const MOST_CHILDREN = 20

const around = statement<[string], { depth: number; children: number }>(
  'family-around-session',
  `with recursive line as (
     select s.parent_session_id as above, 0 as depth from sessions s where s.id = $1
     union all
     select p.parent_session_id, line.depth + 1 from line join sessions p on p.id = line.above)
   select (select max(depth) from line)::int as depth,
     (select count(*) from sessions c where c.parent_session_id = $1) as children`,
)
const present = statement<[string], { wire: object }>(
  'present-session',
  `select ${presentSession('s')} as wire from sessions s where s.id = $1`,
)

/**
 * A session that another one brings forth, prompted at once, all in the caller's transaction.
 *
 * @param notify whether the parent hears how the prompt ended
 * @returns the child
 * @throws NOT_FOUND, SPAWN_TOO_DEEP, TOO_MANY_CHILDREN, ARCHIVED, UNKNOWN_HARNESS
 */
export async function spawnSession(
  ledger: Ledger,
  tx: Tx,
  user_id: string,
  parent_session_id: string,
  data: NewSession,
  { prompt, notify }: { prompt: string; notify: boolean },
): Promise<object> {
  // Held until the child is there, so that two at once do not both find the last place free.
  await holdSource(tx, parent_session_id, user_id)
  const { depth, children } = onlyRow(await around(tx, parent_session_id))
  if (depth >= DEEPEST) throw new YardmasterError('SPAWN_TOO_DEEP')
  if (children >= MOST_CHILDREN) throw new YardmasterError('TOO_MANY_CHILDREN')
  const { id } = await createSessionIn(ledger, tx, user_id, { ...data, parent_session_id })
  const { events } = await withSession(tx, id, asSystem, 2, (session) =>
    promptIn(session, user_id, { prompt, tells_parent: notify }),
  )
  tx.afterCommit(() => ledger.publish(events))
  return onlyRow(await present(tx, id)).wire
}
