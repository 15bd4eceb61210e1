import { allow, type ResourcePolicy } from '../rule.js'

/** Read by admins, changed by nobody: a start takes them from its environment. */
export const settings: ResourcePolicy = {
  resource: 'settings',
  methods: { find: { user: [allow('admin')] } },
}
