import { Type } from '@feathersjs/typebox'
import { Attachment, AttachmentCreate, OnSession } from '@yardmaster/protocol'
import { loadAttachment, loadSession } from '@yardmaster/store'
import { ofSession } from '../../hooks/query-schemas.js'
import { listSchema } from '../../lists/list-schema.js'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { asFile } from './as-file.js'
import { Attachments } from './attachments.class.js'

const filters = [
  'id',
  'session_id',
  'worktree_id',
  'name',
  'media_type',
  'size',
  'created_by',
  'created_at',
  'sent_at',
]

/** Nobody is told of them: what was sent shows with its prompt, and what was not is its owner's alone. */
export const attachments = (app: App, yard: Yard): void => {
  register(app, yard, 'attachments', new Attachments(yard), {
    methods: ['find', 'get', 'create', 'remove'],
    schemas: {
      query: { find: listSchema(Attachment, filters), get: ofSession, remove: ofSession },
      data: { create: AttachmentCreate, content: OnSession },
    },
    place: {
      load: loadAttachment,
      parents: [{ field: 'session_id', load: loadSession }],
      fixed: 'session_id',
    },
    logged: true,
    docs: {
      about: 'Files that come with prompts: put here first, then named by a prompt.',
      row: Attachment,
      answers: { content: Type.String({ format: 'binary' }) },
      binary: ['content'],
      summaries: {
        create: 'Keep a file for a prompt to come; it goes after a day if none takes it',
        content: 'The bytes of a file; browsers store them and show nothing',
        remove: 'Take a file back that no prompt has taken',
      },
    },
    publisher: toNobody(),
  })
  app.service('attachments').hooks({ around: { content: [asFile] } } as never)
}
