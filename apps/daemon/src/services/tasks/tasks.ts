import {
  OnSession,
  SessionError,
  SessionRepair,
  Task,
  TaskCreate,
  TaskExecutorPatch,
  TaskRuntimePatch,
  TaskUserPatch,
} from '@yardmaster/protocol'
import { loadSession, loadTask } from '@yardmaster/store'
import { ofSession } from '../../hooks/query-schemas.js'
import { listSchema } from '../../lists/list-schema.js'
import { toSession } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Tasks } from './tasks.class.js'

const filters = [
  'id',
  'session_id',
  'worktree_id',
  'runtime_id',
  'created_by',
  'status',
  'attempt',
  'position',
  'created_at',
  'started_at',
  'failure_reason',
]

export const tasks = (app: App, yard: Yard): void =>
  register(app, yard, 'tasks', new Tasks(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: { find: listSchema(Task, filters), get: ofSession, patch: ofSession, remove: ofSession },
      data: {
        create: TaskCreate,
        'has-session-error': OnSession,
        'fix-sessions': OnSession,
        patch: { user: TaskUserPatch, executor: TaskExecutorPatch, runtime: TaskRuntimePatch },
      },
    },
    place: { load: loadTask, parents: [{ field: 'session_id', load: loadSession }], fixed: 'session_id' },
    logged: true,
    docs: {
      about: 'Prompts and their runs.',
      row: Task,
      answers: { 'has-session-error': SessionError, 'fix-sessions': SessionRepair },
      summaries: {
        create: 'Queue a prompt, as `sessions.prompt` does',
        'has-session-error': "Whether the agent lost the conversation of the task's session",
        'fix-sessions': "Retire lost conversations of the task's session",
      },
    },
    publisher: toSession(app),
  })
