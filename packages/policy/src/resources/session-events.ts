import { allow, type ResourcePolicy } from '../rule.js'

export const sessionEvents: ResourcePolicy = {
  resource: 'session-events',
  methods: { find: { user: [allow('view')] } },
}

export const subscriptions: ResourcePolicy = {
  resource: 'subscriptions',
  methods: { create: { user: [allow('view')] }, remove: { user: [allow('anyone')] } },
}
