import { allow, type ResourcePolicy } from '../rule.js'

/** A runtime speaks for itself and for nobody else. */
export const runtimes: ResourcePolicy = {
  resource: 'runtimes',
  methods: {
    find: { user: [allow('anyone')] },
    get: { user: [allow('anyone')] },
    register: { runtime: 'itself' },
    heartbeat: { runtime: 'itself' },
    claim: { runtime: 'itself' },
  },
}
