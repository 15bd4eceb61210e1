import type { Seen } from '@yardmaster/protocol'
import { presentSeen } from '../present/presenters.js'
import { statement } from '../statement.js'

/**
 * A person has looked into a session up to a number of its log, and no further than it goes. It never goes back: of two
 * tabs the one that is behind says nothing new. No row where they may not view it.
 */
export const putSeen = statement<[user_id: string, session_id: string, seen_seq: number], { wire: Seen }>(
  'put-seen',
  `insert into session_views as v (user_id, session_id, seen_seq)
   select $1, s.id, least($3, s.last_seq) from sessions s
   where s.id = $2 and access_level($1, s.worktree_id) >= 'view'
   on conflict (user_id, session_id) do update
     set seen_seq = greatest(v.seen_seq, excluded.seen_seq), seen_at = clock_timestamp()
   returning ${presentSeen('v')} as wire`,
)
