import { statement } from '@yardmaster/store'
import { conversationsOf } from '../resume/conversations.js'
import type { Conversation } from '../resume/decide.js'
import { headOf, mayStart } from './sql.js'

// A head that moved up when another was cancelled or moved has its own time of waiting, which is from before the last claim.
const waitsSince = 'greatest(t.waits_since, s.last_claimed_at)'

export interface Head {
  id: string
  session_id: string
  /** The end of its session's log when it was chosen. */
  last_seq: number
  fresh: boolean
  runtime_id: string
  agent_session_id: string | null
  agent_session_runtime_id: string | null
  work_dir: string | null
  conversations: Conversation[]
  /** Its session is a fork and has no conversation of its own yet. */
  forked: boolean
  /** Why the runtime cannot run it; null when it can. */
  unfit: 'harness_missing' | 'cannot_start' | null
}

/**
 * The heads to claim in sessions whose worktrees are locked by now: one per worktree, several where writers may be
 * parallel, at most $3, longest waiting first. A statement of its own, because it must see what was committed before the
 * worktree locks were had (in one statement it broke the index in 289 of 300 rounds).
 */
export const pickHeads = statement<[runtime_id: string, sessions: string[], most: number], Head>(
  'pick-heads',
  `select t.id, t.session_id, t.last_seq, t.fresh, t.runtime_id, t.agent_session_id, t.agent_session_runtime_id, t.work_dir, t.forked,
     ${conversationsOf('t.session_id')} as conversations,
     case when h.problem is distinct from '' then 'harness_missing'
          when not exists (select from jsonb_array_elements_text(r.allowed_roots) root
                           where w.path = root or starts_with(w.path, rtrim(root, '/') || '/')) then 'cannot_start'
     end as unfit
   from (
     select t.id, t.session_id, t.worktree_id, t.exclusive_worktree_id, t.fresh, t.runtime_id, s.harness, s.last_seq,
       s.agent_session_id, s.agent_session_runtime_id, s.work_dir,
       s.forked_from_task_id is not null and s.agent_session_id is null as forked, ${waitsSince} as since,
       row_number() over (partition by t.exclusive_worktree_id order by ${waitsSince}, t.id) as place
     from sessions s
     cross join lateral ${headOf('s.id', 'e.*')} t
     where s.id = any($2) and t.runtime_id = $1 and ${mayStart}
   ) t
   join worktrees w on w.id = t.worktree_id
   join runtimes r on r.id = t.runtime_id
   left join lateral (
     select coalesce(h->>'problem', '') as problem from jsonb_array_elements(r.harnesses) h
     where h->>'id' = t.harness limit 1) h on true
   where t.exclusive_worktree_id is null or t.place = 1
   order by t.since, t.id limit $3`,
)
