import { statement } from '../statement.js'

/** The newest ended task of a session and its end's snapshot; `$2`: of those that left one. */
export const newestEnding = statement<
  [session_id: string, with_snapshot: boolean],
  { id: string; snapshot: string | null }
>(
  'newest-ending',
  `select t.id, t.git_state->'end'->>'snapshot' as snapshot from tasks t
   where t.session_id = $1 and t.ended_seq is not null and t.started_at is not null
     and (not $2 or t.git_state->'end'->>'snapshot' is not null)
   order by t.ended_seq desc limit 1`,
)
