import { statement } from '../statement.js'

/** `$3` milliseconds from now. Only the hash is kept. */
export const insertLink = statement<[token_hash: Buffer, user_id: string, lifetime: number], never>(
  'insert-sign-in-link',
  `insert into sign_in_links (token_hash, user_id, expires_at)
   values ($1, $2, clock_timestamp() + $3 * interval '1 millisecond')`,
)

/** Uses a link up: of two who come at once, one gets the user. */
export const takeLink = statement<[token_hash: Buffer], { user_id: string }>(
  'take-sign-in-link',
  `with used as (delete from sign_in_links where token_hash = $1 returning user_id, expires_at)
   select user_id from used where expires_at > clock_timestamp()`,
)

export const deleteLinksOf = statement<[user_id: string], never>(
  'delete-sign-in-links',
  'delete from sign_in_links where user_id = $1',
)
