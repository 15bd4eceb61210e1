import { allow, asPrompting, type ResourcePolicy } from '../rule.js'

export const permissionRequests: ResourcePolicy = {
  resource: 'permission-requests',
  methods: {
    find: { user: [allow('view')], executor: 'its-session' },
    get: { user: [allow('view')], executor: 'its-task' },
    create: { executor: 'its-session' },
    patch: { user: [allow(asPrompting)], executor: 'its-task' },
  },
}
