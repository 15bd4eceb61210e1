import { allow, asPrompting, type ResourcePolicy } from '../rule.js'

/** A prompt is changed by those who could have written it; a run is reported by the executor that runs it. */
export const tasks: ResourcePolicy = {
  resource: 'tasks',
  methods: {
    find: { user: [allow('view')], executor: 'its-session' },
    get: { user: [allow('view')], executor: 'its-task' },
    create: { user: [allow(asPrompting)] },
    patch: { user: [allow(asPrompting)], executor: 'its-task', runtime: 'its-runs' },
    'has-session-error': { user: [allow('view')] },
    'fix-sessions': { user: [allow(asPrompting)] },
    remove: { user: [allow('all')] },
  },
}
