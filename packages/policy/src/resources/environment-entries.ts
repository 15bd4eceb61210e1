import { allow, type ResourcePolicy } from '../rule.js'

/** One's own and nobody else's: not even an admin learns which keys somebody has. */
export const environmentEntries: ResourcePolicy = {
  resource: 'environment-entries',
  methods: {
    find: { user: [allow('anyone')] },
    create: { user: [allow('anyone')] },
    remove: { user: [allow('owner')] },
  },
}
