import { allow, type ResourcePolicy } from '../rule.js'

/** Read by admins, written by nobody: there is no method that could change it. */
export const audit: ResourcePolicy = {
  resource: 'audit',
  methods: { find: { user: [allow('admin')] } },
}
