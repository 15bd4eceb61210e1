import { Repo, RepoCreate, RepoPatch } from '@yardmaster/protocol'
import { loadRepo } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Repos } from './repos.class.js'

export const repos = (app: App, yard: Yard): void =>
  register(app, yard, 'repos', new Repos(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: { find: listSchema(Repo, ['id', 'name', 'created_by', 'created_at']) },
      data: { create: RepoCreate, patch: RepoPatch },
    },
    place: { load: loadRepo },
    docs: { about: 'Git repositories that worktrees are made of.', row: Repo },
    publisher: toAdmins(app),
  })
