import type { ResourcePolicy } from '../rule.js'

/** Signing in and out is how one becomes somebody; the service itself checks what is shown to it. */
export const authentication: ResourcePolicy = {
  resource: 'authentication',
  methods: { create: {}, remove: {} },
}
