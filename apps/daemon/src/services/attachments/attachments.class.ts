import { type AttachmentCreate, attachmentLimits, YardmasterError } from '@yardmaster/protocol'
import {
  attachmentContent,
  attachmentVisible,
  deleteUnsent,
  insertAttachment,
  loadAttachment,
  loadSession,
  maybeRow,
  presentAttachment,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { askAgain } from '../../hooks/ask-again.js'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { joined } from '../../lists/conditions.js'
import { list } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { contentOf } from './content.js'

/** Files that come with prompts. */
export class Attachments {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    const own = { sql: attachmentVisible('x', '?'), values: [userOf(principal)] }
    const scope = joined([sessionScope(principal, 'x.session_id', query.session_id), own], 'and')
    return list(this.yard.db, query, { table: 'attachments', present: presentAttachment, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  /** @throws INVALID, ATTACHMENT_TOO_LARGE, ATTACHMENT_TYPE, TOO_MANY_ATTACHMENTS */
  create(data: AttachmentCreate, params: CallParams) {
    const { session_id, name } = data
    const { content, media_type } = contentOf(data)
    const user_id = userOf(params.principal)
    return this.yard.db.transaction(async (tx) => {
      await askAgain(tx, params, { load: loadSession, id: session_id })
      const { unsent } = attachmentLimits
      const row = maybeRow(
        await insertAttachment(tx, v7(), session_id, name, media_type, content, user_id, unsent),
      )
      if (!row) throw new YardmasterError('TOO_MANY_ATTACHMENTS')
      return row.wire
    })
  }

  /** @throws ATTACHMENT_SENT */
  remove(id: string, params: CallParams) {
    return this.yard.db.transaction(async (tx) => {
      await askAgain(tx, params, { load: loadAttachment, id })
      const row = maybeRow(await deleteUnsent(tx, id))
      if (!row) throw new YardmasterError('ATTACHMENT_SENT')
      return row.wire
    })
  }

  /** The bytes. */
  async content({ id }: { id: string }): Promise<Buffer> {
    const row = maybeRow(await attachmentContent(this.yard.db, id))
    if (!row) throw new YardmasterError('NOT_FOUND')
    return row.content
  }
}
