import { allow, type ResourcePolicy } from '../rule.js'

/** Members see each other's id and name; the presenter of the service sees to that. */
export const users: ResourcePolicy = {
  resource: 'users',
  methods: {
    find: { user: [allow('anyone')] },
    get: { user: [allow('anyone')] },
    create: { user: [allow('admin')] },
    patch: { user: [allow('admin'), allow('self', ['name', 'password', 'git_name', 'git_email', 'notify'])] },
    'sign-out-everywhere': { user: [allow('admin'), allow('self')] },
    remove: { user: [allow('admin')] },
  },
}
