import { allow, type ResourcePolicy } from '../rule.js'

export const repos: ResourcePolicy = {
  resource: 'repos',
  methods: {
    find: { user: [allow('view')] },
    get: { user: [allow('view')] },
    create: { user: [allow('admin')] },
    patch: { user: [allow('admin')] },
    remove: { user: [allow('admin')] },
  },
}
