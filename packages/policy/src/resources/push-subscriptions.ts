import { allow, type ResourcePolicy } from '../rule.js'

/** One's own and nobody else's. No token deals with them: it could outlive itself by one, see scopes.ts. */
export const pushSubscriptions: ResourcePolicy = {
  resource: 'push-subscriptions',
  methods: {
    find: { user: [allow('anyone')] },
    create: { user: [allow('anyone')] },
    remove: { user: [allow('owner')] },
  },
}
