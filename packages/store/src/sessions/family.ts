import type { Family } from '@yardmaster/protocol'
import { sessionStatus } from '../present/session-status.js'
import { statement } from '../statement.js'

// More than people read as a tree.
const MOST = 1_000

/**
 * The sessions that one comes from and that came from it, each below the one it came from, in the order of their ids:
 * $1 the user, $2 the session. What the user may not view is left out with all that hangs on it; above such a one
 * the family begins.
 */
export const sessionFamily = statement<
  [user_id: string, session_id: string],
  Omit<Family, 'children'> & { above: string | null }
>(
  'session-family',
  `with recursive up as (
     select s.id, coalesce(s.parent_session_id, s.forked_from_session_id) as above, 0 as height
     from sessions s where s.id = $2
     union all
     select a.id, coalesce(a.parent_session_id, a.forked_from_session_id), up.height + 1
     from up join sessions a on a.id = up.above
     where access_level($1, a.worktree_id) >= 'view'),
   down as (
     (select up.id, null::uuid as above, 'root' as kind from up order by height desc limit 1)
     union all
     select b.id, down.id, case when b.parent_session_id is null then 'fork' else 'spawn' end
     from down join sessions b on b.parent_session_id = down.id or b.forked_from_session_id = down.id
     where access_level($1, b.worktree_id) >= 'view')
   select s.id, d.above, d.kind, s.title, ${sessionStatus('s')} as status
   from (select * from down limit ${MOST}) d join sessions s on s.id = d.id order by s.id`,
)
