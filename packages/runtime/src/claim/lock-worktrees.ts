import { statement } from '@yardmaster/store'
import { claimable, room, waitsSince } from './sql.js'

/**
 * Locks the worktrees that may take a task of the runtime, longest waiting head first, up to $2 of them and no more
 * than the runtime has room for. What another claim holds is passed over. Without these locks two claims choose the
 * same worktree and one breaks on the unique index (336 of 800 did); with them none does. A few more worktrees than
 * needed are looked at, in place of those that are passed over; not all of a long queue.
 */
export const lockWorktrees = statement<[runtime_id: string, slots: number], { id: string; room: number }>(
  'lock-claimable-worktrees',
  `with room as materialized (select ${room} as slots),
   heads as materialized (
     select t.worktree_id, min(${waitsSince}) as since ${claimable}
     group by t.worktree_id order by since limit (select 4 * slots + 20 from room))
   select w.id, (select slots from room) as room from heads join worktrees w on w.id = heads.worktree_id
   order by heads.since limit (select slots from room)
   for no key update of w skip locked`,
)
