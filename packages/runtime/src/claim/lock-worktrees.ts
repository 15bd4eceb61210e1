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
 * The index of waiting tasks gives them in their order and the rest is looked up for one at a time, so that no more are
 * looked at than are needed. Whether one is its queue's head is asked by its session for the same reason, and not as `not
 * exists (an earlier one)`: where the statistics said that nothing was queued, Postgres joined that by reading the whole
 * queue for each of its rows, and a claim from 2,000 waiting sessions took 1.4 s.
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
     and t.id = (${headOf('t.session_id', 'id')}) and ${mayStart}
   order by t.waits_since limit (select slots from room)
   for no key update of w skip locked`,
)
