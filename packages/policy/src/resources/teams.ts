import { allow, type ResourcePolicy } from '../rule.js'

/** Admins make teams and say who is in them. Whoever sees a grant to a team sees what it is called. */
export const teams: ResourcePolicy = {
  resource: 'teams',
  methods: {
    find: { user: [allow('view')] },
    get: { user: [allow('view')] },
    create: { user: [allow('admin')] },
    patch: { user: [allow('admin')] },
    remove: { user: [allow('admin')] },
  },
}

/** Everybody sees where they are members themselves. */
export const teamMembers: ResourcePolicy = {
  resource: 'team-members',
  methods: {
    find: { user: [allow('view')] },
    create: { user: [allow('admin')] },
    remove: { user: [allow('admin')] },
  },
}
