import { allow, type ResourcePolicy } from '../rule.js'

export const sessionEvents: ResourcePolicy = {
  resource: 'session-events',
  methods: { find: { user: [allow('view')] } },
}

/** Only a socket that listens to the session is among those who look at it. */
export const presence: ResourcePolicy = {
  resource: 'presence',
  methods: { create: { user: [allow('view')] } },
}

export const subscriptions: ResourcePolicy = {
  resource: 'subscriptions',
  methods: { create: { user: [allow('view')] }, remove: { user: [allow('anyone')] } },
}
