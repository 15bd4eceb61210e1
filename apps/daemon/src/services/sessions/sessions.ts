import {
  Diff,
  OnSession,
  Prompt,
  Report,
  Session,
  SessionCreate,
  SessionPatch,
  Stop,
} from '@yardmaster/protocol'
import { loadSession, loadWorktree } from '@yardmaster/store'
import { ofWorktree } from '../../hooks/query-schemas.js'
import { listSchema } from '../../lists/list-schema.js'
import { toSession } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Sessions } from './sessions.class.js'

const filters = [
  'id',
  'worktree_id',
  'runtime_id',
  'harness',
  'title',
  'status',
  'last_ending',
  'created_by',
  'parent_session_id',
  'created_at',
  'last_activity_at',
  'archived_at',
]

export const sessions = (app: App, yard: Yard): void =>
  register(app, yard, 'sessions', new Sessions(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: { find: listSchema(Session, filters), get: ofWorktree, patch: ofWorktree, remove: ofWorktree },
      data: {
        create: SessionCreate,
        patch: SessionPatch,
        prompt: Prompt,
        stop: Stop,
        continue: OnSession,
        report: Report,
        info: OnSession,
        'has-session-error': OnSession,
        'fix-sessions': OnSession,
        diff: Diff,
      },
    },
    place: {
      load: loadSession,
      parents: [{ field: 'worktree_id', load: loadWorktree }],
      fixed: 'worktree_id',
    },
    logged: true,
    publisher: toSession(app),
  })
