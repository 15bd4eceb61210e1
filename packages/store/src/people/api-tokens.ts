import type { ApiToken, Scope } from '@yardmaster/protocol'
import { presentApiToken } from '../present/presenters.js'
import { statement } from '../statement.js'

/** Only the hash is kept. No row: it would have expired already. */
export const insertApiToken = statement<
  [
    id: string,
    user_id: string,
    name: string,
    token_hash: Buffer,
    scopes: readonly Scope[],
    expires_at: string | null,
  ],
  { wire: ApiToken }
>(
  'insert-api-token',
  `insert into api_tokens as k (id, user_id, name, token_hash, scopes, expires_at)
   select $1, $2, $3, $4, $5, $6::timestamptz where coalesce($6::timestamptz > clock_timestamp(), true)
   returning ${presentApiToken('k')} as wire`,
)

export const deleteApiToken = statement<[id: string], { wire: ApiToken }>(
  'delete-api-token',
  `delete from api_tokens k where k.id = $1 returning ${presentApiToken('k')} as wire`,
)

export const deleteApiTokensOf = statement<[user_id: string], { id: string }>(
  'delete-api-tokens-of-user',
  'delete from api_tokens where user_id = $1 returning id',
)

/** Marks a token as used, once in five minutes: a write with every call would cost more than many of the calls. */
export const markApiToken = statement<[id: string], never>(
  'mark-api-token',
  `update api_tokens set last_used_at = clock_timestamp()
   where id = $1 and coalesce(last_used_at < clock_timestamp() - interval '5 minutes', true)`,
)
