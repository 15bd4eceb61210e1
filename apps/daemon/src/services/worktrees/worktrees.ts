import {
  OnWorktree,
  Worktree,
  WorktreeAccess,
  WorktreeAccessQuery,
  WorktreeCreate,
  WorktreeDisk,
  WorktreeFiles,
  WorktreeFilesQuery,
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
      data: {
        create: WorktreeCreate,
        patch: WorktreePatch,
        access: WorktreeAccessQuery,
        files: WorktreeFilesQuery,
        disk: OnWorktree,
      },
    },
    place: { load: loadWorktree, parents: [{ field: 'repo_id', load: loadRepo }] },
    docs: {
      about: 'Git worktrees. Access is decided by worktree.',
      row: Worktree,
      answers: { access: WorktreeAccess, files: WorktreeFiles, disk: WorktreeDisk },
      summaries: {
        access: 'Who may do what here, and what gives it to them',
        files: 'Paths of its files that hold the letters of a text in their order, the best first',
        disk: 'What its files take on the host',
      },
      failures: { files: [409] },
    },
    publisher: toWorktree(app),
  })
