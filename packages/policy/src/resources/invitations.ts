import { allow, type ResourcePolicy } from '../rule.js'

export const invitations: ResourcePolicy = {
  resource: 'invitations',
  methods: {
    find: { user: [allow('admin')] },
    create: { user: [allow('admin')] },
    remove: { user: [allow('admin')] },
  },
}
