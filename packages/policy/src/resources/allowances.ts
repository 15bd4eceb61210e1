import { allow, asPrompting, type ResourcePolicy } from '../rule.js'

/** Made by deciding a request; taken back by whoever could have decided it. */
export const allowances: ResourcePolicy = {
  resource: 'allowances',
  methods: {
    find: { user: [allow('view')] },
    get: { user: [allow('view')] },
    remove: { user: [allow(asPrompting)] },
  },
}
