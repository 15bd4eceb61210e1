import { allow, type ResourcePolicy } from '../rule.js'

/** What one has looked at oneself; the list holds nobody else's. */
export const sessionViews: ResourcePolicy = {
  resource: 'session-views',
  methods: { find: { user: [allow('anyone')] }, create: { user: [allow('view')] } },
}
