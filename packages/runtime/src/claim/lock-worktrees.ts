import { statement, type Tx } from '@yardmaster/store'
import { replaced } from '../runtimes/boot.js'
import { headOf, mayStart, room } from './sql.js'

export interface Waiting {
  /** What was dispatched to this boot and is not known to it. */
  lost: { id: string; session_id: string }[]
  /** How many tasks the runtime may take, the heads among them. */
  room: number
  heads: WaitingHead[]
}

export interface WaitingHead {
  session_id: string
  /** Its worktree, locked by now. */
  worktree_id: string
  /** Others may write there as well. */
  parallel: boolean
}

/**
 * The boot is held until the end of the claim, so that a new one registers after it and then finds what it took.
 *
 * The index of waiting tasks gives them in their order and the rest is asked of one at a time, by sub-selects of one truth
 * value each, so that no more are looked at than are needed. As joins Postgres orders them by its statistics, and those say
 * at most times that nothing waits: with `not exists (an earlier one)` it read the whole queue for each of its rows, and
 * a claim from 2,000 waiting sessions took 1.4 s. As comparisons it expects hardly any to pass, and sorts all that wait.
 */
const lock = statement<
  [runtime_id: string, slots: number, taken: string[], found: string[], boot_id: string, known: string[]],
  Omit<Waiting, 'heads'> & (WaitingHead | { session_id: null })
>(
  'lock-claimable-worktrees',
  `with boot as materialized (select from runtimes where id = $1 and boot_id = $5 for share),
   room as materialized (select ${room} as slots),
   lost as materialized (
     select coalesce(json_agg(json_build_object('id', l.id, 'session_id', l.session_id) order by l.session_id), '[]') as tasks
     from tasks l where l.runtime_id = $1 and l.boot_id = $5 and l.status = 'dispatched' and not l.id = any($6))
   select room.slots as room, lost.tasks as lost, head.*
   from boot cross join room cross join lost left join lateral (
     select t.session_id, w.id as worktree_id, t.exclusive_worktree_id is null as parallel
     from tasks t join sessions s on s.id = t.session_id join worktrees w on w.id = t.worktree_id
     where t.runtime_id = $1 and t.status = 'queued' and (t.exclusive_worktree_id = any($3)) is not true
       and not t.session_id = any($4)
       and ${headOf('t.session_id', 'e.id = t.id')} and ${mayStart}
     order by t.waits_since limit room.slots
     for no key update of w skip locked) head on true`,
)

/**
 * Locks the worktrees of the heads that the runtime may take, longest waiting first, as many as it has room for. What
 * another claim holds is passed over, and so is what was found before: those sessions, and whoever else waits for their
 * worktrees, unless writers are parallel. Without these locks two claims choose the same worktree and one breaks on the
 * unique index (336 of 800 did); with them none does.
 *
 * @throws FENCED when another boot has taken the runtime's place
 */
export async function lockWorktrees(
  tx: Tx,
  { runtime_id, boot_id, known }: { runtime_id: string; boot_id: string; known: string[] },
  slots: number,
  found: WaitingHead[],
): Promise<Waiting> {
  const sessions = found.map(({ session_id }) => session_id)
  const taken = new Set(found.filter(({ parallel }) => !parallel).map(({ worktree_id }) => worktree_id))
  const rows = await lock(tx, runtime_id, slots, [...taken], sessions, boot_id, known)
  if (!rows[0]) throw replaced()
  const { room, lost } = rows[0]
  return { room, lost, heads: rows.flatMap((row) => (row.session_id === null ? [] : [row])) }
}
