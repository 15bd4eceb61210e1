import {
  OnWorktree,
  Worktree,
  WorktreeAccess,
  WorktreeAccessQuery,
  WorktreeCreate,
  WorktreeDisk,
  WorktreePatch,
} from '@yardmaster/protocol'
import { loadRepo, loadWorktree } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toWorktree } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Worktrees } from './worktrees.class.js'

const filters = ['id', 'repo_id', 'runtime_id', 'name', 'branch', 'created_by', 'created_at', 'archived_at']

export const worktrees = (app: App, yard: Yard): void =>
  register(app, yard, 'worktrees', new Worktrees(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: { find: listSchema(Worktree, filters) },
      data: { create: WorktreeCreate, patch: WorktreePatch, access: WorktreeAccessQuery, disk: OnWorktree },
    },
    place: { load: loadWorktree, parents: [{ field: 'repo_id', load: loadRepo }] },
    docs: {
      about: 'Git worktrees. Access is decided by worktree.',
      row: Worktree,
      answers: { access: WorktreeAccess, disk: WorktreeDisk },
      summaries: {
        access: 'Who may do what here, and what gives it to them',
        disk: 'What its files take on the host',
      },
    },
    publisher: toWorktree(app),
  })
