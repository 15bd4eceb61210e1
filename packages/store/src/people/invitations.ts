import type { Invitation } from '@yardmaster/protocol'
import { presentInvitation } from '../present/presenters.js'
import { statement } from '../statement.js'

/** One per user: inviting them again makes the link before it worthless. `$4` milliseconds from now. */
export const putInvitation = statement<
  [id: string, user_id: string, token_hash: Buffer, lifetime: number, created_by: string | null],
  { wire: Invitation }
>(
  'put-invitation',
  `insert into invitations as i (id, user_id, token_hash, expires_at, created_by)
   values ($1, $2, $3, clock_timestamp() + $4 * interval '1 millisecond', $5)
   on conflict on constraint invitations_user_unique do update set id = excluded.id,
     token_hash = excluded.token_hash, expires_at = excluded.expires_at, created_by = excluded.created_by,
     created_at = clock_timestamp()
   returning ${presentInvitation('i')} as wire`,
)

export const deleteInvitation = statement<[id: string], { wire: Invitation }>(
  'delete-invitation',
  `delete from invitations i where i.id = $1 returning ${presentInvitation('i')} as wire`,
)
