import { Type } from '@feathersjs/typebox'
import {
  Message,
  MessageChunk,
  MessageCreate,
  MessageExecutorPatch,
  MessageUserPatch,
  Text,
} from '@yardmaster/protocol'
import { loadMessage, loadSession } from '@yardmaster/store'
import { ofSession } from '../../hooks/query-schemas.js'
import { listSchema } from '../../lists/list-schema.js'
import { pageOf } from '../../openapi/document-service.js'
import { toSession } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Messages } from './messages.class.js'

const filters = [
  'id',
  'session_id',
  'worktree_id',
  'task_id',
  'attempt',
  'seq',
  'type',
  'role',
  'status',
  'client_id',
  'parent_tool_use_id',
  'created_at',
]

const aboutText =
  'Messages of one session that hold this text, the newest first. One call looks through a slice of it: go on with `seq[$lt]=<searched_to>` until that is null.'

export const messages = (app: App, yard: Yard): void =>
  register(app, yard, 'messages', new Messages(yard, app), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: {
        find: listSchema(Message, filters, { text: { ...Text(200), description: aboutText } }),
        get: ofSession,
        patch: ofSession,
        remove: ofSession,
      },
      data: {
        create: MessageCreate,
        patch: { user: MessageUserPatch, executor: MessageExecutorPatch },
        chunk: MessageChunk,
      },
    },
    place: { load: loadMessage, parents: [{ field: 'session_id', load: loadSession }], fixed: 'session_id' },
    logged: true,
    docs: {
      about: 'The entries of a transcript.',
      row: Message,
      answers: {
        find: Type.Object(
          {
            ...pageOf(Message).properties,
            searched_to: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
          },
          { additionalProperties: false },
        ),
        chunk: Type.Object({}, { additionalProperties: false }),
      },
      summaries: { chunk: 'Show watchers text on its way; nothing is stored' },
    },
    publisher: toSession(app),
  })
