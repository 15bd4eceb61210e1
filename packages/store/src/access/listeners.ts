import { statement } from '../statement.js'

/** Places in the lists that were asked about, from 1. */
export interface ListenersNow {
  /** Sign-ins that have ended: the user is gone, disabled or of another epoch, the API token revoked. */
  ended: number[]
  /** Sign-ins of admins. */
  admins: number[]
  /** Listened-to places that their user may not view, or that are gone. */
  lost: number[]
}

/**
 * Looks at all listeners of a daemon at once: sign-ins as users, epochs and API tokens, and what they listen to as users and either
 * a session or a worktree. The level is asked for once for each user and worktree.
 */
export const lookAtListeners = statement<
  [
    users: string[],
    epochs: (number | null)[],
    tokens: (string | null)[],
    token_hashes: (string | null)[],
    place_users: string[],
    sessions: (string | null)[],
    worktrees: (string | null)[],
  ],
  ListenersNow
>(
  'look-at-listeners',
  `with sign_ins as (
     select i::int, u.role,
       u.id is null or u.disabled_at is not null or coalesce(u.auth_epoch <> x.epoch, false)
       or x.token_id is not null and not exists (
         select from api_tokens k
         where k.id = x.token_id and k.user_id = u.id and k.token_hash = decode(x.token_hash, 'hex')) as ended
     from unnest($1::uuid[], $2::int[], $3::uuid[], $4::text[])
       with ordinality x(user_id, epoch, token_id, token_hash, i)
     left join users u on u.id = x.user_id),
   places as (
     select i::int, x.user_id, coalesce(x.worktree_id, s.worktree_id) as worktree_id
     from unnest($5::uuid[], $6::uuid[], $7::uuid[]) with ordinality x(user_id, session_id, worktree_id, i)
     left join sessions s on s.id = x.session_id),
   levels as materialized (
     select user_id, worktree_id, access_level(user_id, worktree_id) as level
     from (select distinct user_id, worktree_id from places) x)
   select array(select i from sign_ins where ended) as ended,
     array(select i from sign_ins where role = 'admin') as admins,
     array(select i from places p where not exists (
       select from levels l
       where l.user_id = p.user_id and l.worktree_id = p.worktree_id and l.level >= 'view')) as lost`,
)
