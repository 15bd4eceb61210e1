import { statement } from '@yardmaster/store'
import { claimable } from './sql.js'

export interface Head {
  id: string
  session_id: string
  fresh: boolean
  runtime_id: string
  agent_session_id: string | null
  agent_session_runtime_id: string | null
  work_dir: string | null
}

/**
 * The heads to claim in worktrees that are locked by now: one per worktree, several where writers may be
 * parallel, at most $3, in the order in which sessions are locked. A statement of its own, because it must see
 * what was committed before the worktree locks were had (in one statement it broke the index in 289 of 300 rounds).
 */
export const pickHeads = statement<[string, string[], number], Head>(
  'pick-heads',
  `select * from (
     select t.id, t.session_id, t.fresh, t.runtime_id, s.agent_session_id, s.agent_session_runtime_id, s.work_dir
     from (
       select t.*, row_number() over (partition by t.exclusive_worktree_id order by t.created_at, t.id) as place
       ${claimable} and t.worktree_id = any($2)
     ) t
     join sessions s on s.id = t.session_id
     where t.exclusive_worktree_id is null or t.place = 1
     order by t.created_at, t.id limit $3) chosen
   order by session_id`,
)
