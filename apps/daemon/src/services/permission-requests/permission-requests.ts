import { Type } from '@feathersjs/typebox'
import {
  Id,
  PermissionDecision,
  PermissionRequest,
  PermissionRequestCreate,
  PermissionWithdrawal,
} from '@yardmaster/protocol'
import { loadPermissionRequest, loadSession } from '@yardmaster/store'
import { ofSession } from '../../hooks/query-schemas.js'
import { listSchema } from '../../lists/list-schema.js'
import { toSession } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { PermissionRequests } from './permission-requests.class.js'

const filters = [
  'id',
  'session_id',
  'worktree_id',
  'task_id',
  'attempt',
  'status',
  'decided_by',
  'created_at',
]
const wait = Type.Partial(
  Type.Object({
    session_id: Id,
    wait: Type.Number({
      minimum: 0,
      maximum: 60,
      description: 'Answers when the request is decided, or as it is after so many seconds.',
    }),
  }),
  { additionalProperties: false },
)

export const permissionRequests = (app: App, yard: Yard): void =>
  register(app, yard, 'permission-requests', new PermissionRequests(yard), {
    methods: ['find', 'get', 'create', 'patch'],
    schemas: {
      query: { find: listSchema(PermissionRequest, filters), get: wait, patch: ofSession },
      data: {
        create: PermissionRequestCreate,
        patch: { user: PermissionDecision, executor: PermissionWithdrawal },
      },
    },
    place: {
      load: loadPermissionRequest,
      parents: [{ field: 'session_id', load: loadSession }],
      fixed: 'session_id',
    },
    logged: true,
    docs: {
      about: 'What agents asked leave for, and who gave it.',
      row: PermissionRequest,
      summaries: { create: 'Ask for leave, or ask a question', patch: 'Decide, or take back' },
    },
    publisher: toSession(app),
  })
