import { allow, type ResourcePolicy } from '../rule.js'

/** An admin may grant themselves; nobody else lifts their own level. */
export const grants: ResourcePolicy = {
  resource: 'grants',
  methods: {
    find: { user: [allow('view')] },
    get: { user: [allow('view')] },
    create: { user: [allow('owner'), allow('admin')] },
    patch: { user: [allow('owner'), allow('admin')] },
    remove: { user: [allow('owner'), allow('admin')] },
  },
}
