import { type AttachmentRef, YardmasterError } from '@yardmaster/protocol'
import { statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'

// What a prompt took once, others of its session may take again: a prompt that failed is sent anew with all it had.
const take = statement<[ids: string[], session_id: string, user_id: string | null], AttachmentRef>(
  'take-attachments',
  `update attachments a set sent_at = coalesce(a.sent_at, clock_timestamp())
   where a.id = any($1) and a.session_id = $2 and (a.sent_at is not null or a.created_by = $3)
   returning a.id, a.name, a.media_type, a.size`,
)

/** Takes files along with a prompt. @returns them in the order of the ids @throws UNKNOWN_ATTACHMENT */
export async function takeAttachments(
  { tx, row }: HeldSession,
  user_id: string | null,
  ids: readonly string[],
): Promise<AttachmentRef[]> {
  if (ids.length === 0) return []
  const found = new Map((await take(tx, [...ids], row.id, user_id)).map((one) => [one.id, one]))
  return ids.map((id) => {
    const one = found.get(id)
    if (!one) throw new YardmasterError('UNKNOWN_ATTACHMENT')
    return one
  })
}
