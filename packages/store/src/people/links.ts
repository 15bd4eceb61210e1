import { statement } from '../statement.js'

/** `$3` milliseconds from now. Only the hash is kept. */
export const insertLink = statement<[token_hash: Buffer, user_id: string, lifetime: number], never>(
  'insert-sign-in-link',
  `insert into sign_in_links (token_hash, user_id, expires_at)
   values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')`,
)

/** Uses a link up, that of an invitation too: of two who come at once, one gets the user. */
export const takeLink = statement<[token_hash: Buffer], { user_id: string }>(
  'take-sign-in-link',
  `with used as (delete from sign_in_links where token_hash = $1 returning user_id, expires_at),
     accepted as (
       delete from invitations where token_hash = $1 and expires_at > clock_timestamp() returning user_id, expires_at)
   select user_id from (select * from used union all select * from accepted) l where expires_at > clock_timestamp()`,
)

/** That of an invitation too. */
export const deleteLinksOf = statement<[user_id: string], never>(
  'delete-sign-in-links',
  `with revoked as (delete from invitations where user_id = $1)
   delete from sign_in_links where user_id = $1`,
)
