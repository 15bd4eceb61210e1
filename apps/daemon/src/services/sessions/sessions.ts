import {
  Diff,
  Family,
  Fork,
  OnSession,
  Prompt,
  Report,
  Session,
  SessionCreate,
  SessionDiff,
  SessionError,
  SessionInfo,
  SessionPatch,
  SessionRepair,
  Spawn,
  Stop,
  Task,
  Text,
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
  'forked_from_session_id',
  'created_at',
  'last_activity_at',
  'archived_at',
]

export const sessions = (app: App, yard: Yard): void =>
  register(app, yard, 'sessions', new Sessions(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: {
        find: listSchema(Session, filters, { text: Text(200) }),
        get: ofWorktree,
        patch: ofWorktree,
        remove: ofWorktree,
      },
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
        fork: Fork,
        spawn: Spawn,
        family: OnSession,
      },
    },
    place: {
      load: loadSession,
      parents: [{ field: 'worktree_id', load: loadWorktree }],
      fixed: 'worktree_id',
    },
    logged: true,
    docs: {
      about: 'Conversations with an agent in a worktree.',
      row: Session,
      answers: {
        prompt: Task,
        stop: Task,
        continue: Session,
        report: Session,
        info: SessionInfo,
        diff: SessionDiff,
        fork: Session,
        spawn: Session,
        family: Family,
        'has-session-error': SessionError,
        'fix-sessions': SessionRepair,
      },
      // Its files may be elsewhere, or gone.
      failures: { diff: [409] },
      summaries: {
        prompt: 'Queue a prompt; answers its task',
        stop: 'Stop the task that executes, or cancel a queued one; answers the task',
        continue: 'Let a held queue go on',
        report: 'Tell what the harness offers, plans and used',
        info: 'What a session is and does now',
        'has-session-error': 'Whether the agent lost the conversation',
        'fix-sessions': 'Retire lost conversations, so that the next prompt resumes none of them',
        fork: 'Begin a session where a task of this one ended, by default in a new worktree',
        spawn: 'Bring forth a session and prompt it',
        family: 'The sessions that this one comes from, and that came from it, as a tree',
        diff: 'What the worktree holds against its target branch, or what one task changed',
      },
    },
    publisher: toSession(app),
  })
