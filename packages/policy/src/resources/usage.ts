import { allow, type ResourcePolicy } from '../rule.js'

/** What is counted is what one may view; the statement sees to it. */
export const usage: ResourcePolicy = {
  resource: 'usage',
  methods: { find: { user: [allow('anyone')] } },
}

export const runtimeHistory: ResourcePolicy = {
  resource: 'runtime-history',
  methods: { find: { user: [allow('anyone')] } },
}

export const runtimeLoad: ResourcePolicy = {
  resource: 'runtime-load',
  methods: { find: { user: [allow('anyone')] } },
}
