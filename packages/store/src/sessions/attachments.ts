import type { Attachment } from '@yardmaster/protocol'
import { presentAttachment } from '../present/presenters.js'
import { statement } from '../statement.js'

/**
 * SQL of whether a user may know of a file, given what stands for both and that they may view its session: until a prompt
 * takes it, it is of nobody but who put it there.
 */
export const attachmentVisible = (row: string, user: string): string =>
  `(${row}.sent_at is not null or ${row}.created_by = ${user}::uuid)`

/**
 * Keeps a file for a prompt to come. No row where the session went, or where the user has as many already that no
 * prompt took; of several calls at once one too many may pass.
 */
export const insertAttachment = statement<
  [
    id: string,
    session_id: string,
    name: string,
    media_type: string,
    content: Buffer,
    created_by: string | null,
    unsent: number,
  ],
  { wire: Attachment }
>(
  'insert-attachment',
  `insert into attachments as a (id, session_id, worktree_id, name, media_type, size, content, created_by)
   select $1, s.id, s.worktree_id, $3, $4, length($5::bytea), $5, $6 from sessions s
   where s.id = $2 and (select count(*) from attachments u where u.created_by = $6 and u.sent_at is null) < $7
   returning ${presentAttachment('a')} as wire`,
)

/** No row: it is gone, or a prompt has taken it. */
export const deleteUnsent = statement<[id: string], { wire: Attachment }>(
  'delete-unsent-attachment',
  `delete from attachments a where a.id = $1 and a.sent_at is null returning ${presentAttachment('a')} as wire`,
)

export const attachmentContent = statement<[id: string], { content: Buffer }>(
  'attachment-content',
  'select content from attachments where id = $1',
)
