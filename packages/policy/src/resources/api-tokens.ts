import { allow, type ResourcePolicy } from '../rule.js'

/** One's own; admins see and revoke those of others. A token itself makes none, see scopes.ts. */
export const apiTokens: ResourcePolicy = {
  resource: 'api-tokens',
  methods: {
    find: { user: [allow('anyone')] },
    get: { user: [allow('owner')] },
    create: { user: [allow('anyone')] },
    remove: { user: [allow('owner')] },
  },
}
