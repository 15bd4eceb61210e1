import { allow, type ResourcePolicy } from '../rule.js'

/** Creating one takes leave on its repo: worktrees of a repo share objects, refs and config. */
export const worktrees: ResourcePolicy = {
  resource: 'worktrees',
  methods: {
    find: { user: [allow('view')] },
    get: { user: [allow('view')] },
    create: { user: [allow('session')] },
    patch: { user: [allow('all', ['name', 'archived_at']), allow('owner', ['others_can'])] },
    remove: { user: [allow('owner')] },
    access: { user: [allow('view')] },
    disk: { user: [allow('view')] },
    files: { user: [allow('view')] },
  },
}
