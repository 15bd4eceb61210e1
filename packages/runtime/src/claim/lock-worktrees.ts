import { statement } from '@yardmaster/store'
import { headOf, mayStart, room } from './sql.js'

export interface WaitingHead {
  session_id: string
  /** Its worktree, locked by now. */
  worktree_id: string
  /** Others may write there as well. */
  parallel: boolean
  /** How many tasks the runtime may take, these among them. */
  room: number
}

/**
 * Locks the worktrees of the heads that the runtime may take, longest waiting first, as many as it has room for. What
 * another claim holds is passed over, and so is what was found before: whoever else waits for the worktrees of $3, and the
 * sessions of $4. Without these locks two claims choose the same
 * worktree and one breaks on the unique index (336 of 800 did); with them none does.
 *
 * The index of waiting tasks gives them in their order and the rest is asked of one at a time, by sub-selects of one truth
 * value each, so that no more are looked at than are needed. As joins Postgres orders them by its statistics, and those say
 * at most times that nothing waits: with `not exists (an earlier one)` it read the whole queue for each of its rows, and
 * a claim from 2,000 waiting sessions took 1.4 s. As comparisons it expects hardly any to pass, and sorts all that wait.
 */
export const lockWorktrees = statement<
  [runtime_id: string, slots: number, taken: string[], found: string[]],
  WaitingHead
>(
  'lock-claimable-worktrees',
  `with room as materialized (select ${room} as slots)
   select t.session_id, w.id as worktree_id, t.exclusive_worktree_id is null as parallel, (select slots from room) as room
   from tasks t join sessions s on s.id = t.session_id join worktrees w on w.id = t.worktree_id
   where t.runtime_id = $1 and t.status = 'queued' and (t.exclusive_worktree_id = any($3)) is not true
     and not t.session_id = any($4)
     and ${headOf('t.session_id', 'e.id = t.id')} and ${mayStart}
   order by t.waits_since limit (select slots from room)
   for no key update of w skip locked`,
)
