import { Grant, GrantCreate, GrantPatch } from '@yardmaster/protocol'
import { loadGrant, loadRepo, loadWorktree } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Grants } from './grants.class.js'

const filters = ['id', 'repo_id', 'worktree_id', 'user_id', 'team_id', 'level', 'created_at']

export const grants = (app: App, yard: Yard): void =>
  register(app, yard, 'grants', new Grants(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: { find: listSchema(Grant, filters) },
      data: { create: GrantCreate, patch: GrantPatch },
    },
    place: {
      load: loadGrant,
      parents: [
        { field: 'worktree_id', load: loadWorktree },
        { field: 'repo_id', load: loadRepo },
      ],
    },
    docs: { about: 'Who was given which level, on a repo or on one worktree.', row: Grant },
    publisher: toAdmins(app),
  })
